#include "rule/ports.h"

static const struct port_is login[] = { { 22, 22, "SSH" },
                                        { 23, 23, "Telnet" },
                                        { 512, 514, "rexec, rlogin and rsh" },
                                        { 2222, 2222, "SSH where port 22 is taken" },
                                        { 3389, 3389, "remote desktop" },
                                        { 5900, 5909, "VNC" },
                                        { 5985, 5986, "WinRM" },
                                        { 10000, 10000, "Webmin" } };
static const struct port_is engine[] = { { 2375, 2375, "the Docker API without TLS" },
                                         { 2376, 2376, "the Docker API" },
                                         { 2377, 2377, "Swarm managers" },
                                         { 2379, 2380, "etcd" },
                                         { 4243, 4243, "the Docker API without TLS" },
                                         { 6443, 6443, "the Kubernetes API" },
                                         { 10250, 10250, "the kubelet" },
                                         { 10255, 10255, "the kubelet without authentication" },
                                         { 9000, 9000, "Portainer and others by which engines are managed",
                                           PORT_OF_WORKLOAD } };
static const struct port_is data[] = { { 1433, 1433, "SQL Server" },       { 1521, 1521, "Oracle" },
                                       { 2181, 2181, "ZooKeeper" },        { 3306, 3306, "MySQL" },
                                       { 5432, 5432, "PostgreSQL" },       { 5672, 5672, "RabbitMQ" },
                                       { 5984, 5984, "CouchDB" },          { 6379, 6379, "Redis" },
                                       { 7000, 7001, "Cassandra" },        { 8086, 8086, "InfluxDB" },
                                       { 9042, 9042, "Cassandra" },        { 9092, 9092, "Kafka" },
                                       { 9200, 9200, "Elasticsearch" },    { 9300, 9300, "Elasticsearch" },
                                       { 11211, 11211, "memcached" },      { 15672, 15672, "RabbitMQ" },
                                       { 26379, 26379, "Redis Sentinel" }, { 27017, 27019, "MongoDB" } };
static const struct port_is clear[] = {
    { 20, 21, "FTP" },    { 23, 23, "Telnet" },           { 25, 25, "SMTP" },    { 69, 69, "TFTP" },
    { 80, 80, "HTTP" },   { 110, 110, "POP3" },           { 143, 143, "IMAP" },  { 161, 162, "SNMP" },
    { 389, 389, "LDAP" }, { 513, 514, "rlogin and rsh" }, { 873, 873, "rsync" }, { 1883, 1883, "MQTT" },
    { 2049, 2049, "NFS" }
};
static const struct port_is debug[] = { { 1099, 1099, "Java RMI" },
                                        { 2345, 2345, "the Delve debugger" },
                                        { 5005, 5005, "the Java debugger" },
                                        { 5678, 5678, "the Python debugger" },
                                        { 5858, 5858, "the Node.js debugger" },
                                        { 9003, 9003, "Xdebug" },
                                        { 9229, 9230, "the Node.js inspector" },
                                        { 6060, 6060, "Go profiles" },
                                        { 4200, 4200, "the Angular development server", PORT_OF_IMAGE } };

#define LIST(rows)            \
    {                         \
        rows, ARRAY_LEN(rows) \
    }
const struct port_list ports_login = LIST(login), ports_engine = LIST(engine), ports_data = LIST(data),
                       ports_clear = LIST(clear), ports_debug = LIST(debug);

const struct port_is *ports_next(const struct port_list *l, uint32_t from, uint32_t to, enum port_where of,
                                 size_t *at)
{
    while (*at < l->n) {
        const struct port_is *row = &l->row[(*at)++];
        if (from <= row->to && to >= row->from && (row->where == PORT_ANYWHERE || row->where == of))
            return row;
    }
    return NULL;
}

bool port_numbers(struct str port, uint32_t *from, uint32_t *to)
{
    struct str first, last;
    uint64_t a, b;

    bool range = str_split(port, '-', &first, &last);
    if (!str_u64(first, 10, &a) || a < 1 || a > 65535)
        return false;
    b = a;
    if (range && (!str_u64(last, 10, &b) || b < a || b > 65535))
        return false;
    *from = (uint32_t)a;
    *to = (uint32_t)b;
    return true;
}
