/* maven_group.c - to which group artifacts belong that say nothing of it themselves. Spring, Tomcat, Kotlin
 * and their like are built without Maven, so their archives have no pom.properties, and it is their
 * advisories that matter most. The longest prefix wins. */
#include "parse/java_manifest.h"

static const struct known {
    const char *artifact; /* the name; with "*" at its end: all that begin so */
    const char *group;
    const char *name; /* when the file is not called as the artifact is; NULL: it is */
} known[] = {
    { "ant", "org.apache.ant", NULL },
    { "ant-*", "org.apache.ant", NULL },
    { "annotations-api", "org.apache.tomcat", "tomcat-annotations-api" },
    { "antlr", "antlr", NULL },
    { "antlr4-runtime", "org.antlr", NULL },
    { "aopalliance", "aopalliance", NULL },
    { "asm", "org.ow2.asm", NULL },
    { "asm-*", "org.ow2.asm", NULL },
    { "aspectjrt", "org.aspectj", NULL },
    { "aspectjweaver", "org.aspectj", NULL },
    { "bcmail-*", "org.bouncycastle", NULL },
    { "bcpg-*", "org.bouncycastle", NULL },
    { "bcpkix-*", "org.bouncycastle", NULL },
    { "bcprov-*", "org.bouncycastle", NULL },
    { "bctls-*", "org.bouncycastle", NULL },
    { "bcutil-*", "org.bouncycastle", NULL },
    { "bootstrap", "org.apache.tomcat", "tomcat-bootstrap" },
    { "catalina", "org.apache.tomcat", "tomcat-catalina" },
    { "catalina-ant", "org.apache.tomcat", "tomcat-catalina-ant" },
    { "catalina-ha", "org.apache.tomcat", "tomcat-catalina-ha" },
    { "catalina-storeconfig", "org.apache.tomcat", "tomcat-storeconfig" },
    { "catalina-tribes", "org.apache.tomcat", "tomcat-tribes" },
    { "cglib", "cglib", NULL },
    { "cglib-nodep", "cglib", NULL },
    { "commons-beanutils", "commons-beanutils", NULL },
    { "commons-collections", "commons-collections", NULL },
    { "commons-fileupload", "commons-fileupload", NULL },
    { "commons-httpclient", "commons-httpclient", NULL },
    { "commons-lang", "commons-lang", NULL },
    { "commons-logging", "commons-logging", NULL },
    { "dom4j", "dom4j", NULL },
    { "ecj", "org.eclipse.jdt", NULL },
    { "el-api", "org.apache.tomcat", "tomcat-el-api" },
    { "elasticsearch", "org.elasticsearch", NULL },
    { "elasticsearch-*", "org.elasticsearch", NULL },
    { "gradle-*", "org.gradle", NULL },
    { "groovy", "org.codehaus.groovy", NULL },
    { "groovy-*", "org.codehaus.groovy", NULL },
    { "hibernate-core", "org.hibernate", NULL },
    { "hibernate-entitymanager", "org.hibernate", NULL },
    { "jasper", "org.apache.tomcat", "tomcat-jasper" },
    { "jasper-el", "org.apache.tomcat", "tomcat-jasper-el" },
    { "jna", "net.java.dev.jna", NULL },
    { "jna-platform", "net.java.dev.jna", NULL },
    { "jsp-api", "org.apache.tomcat", "tomcat-jsp-api" },
    { "junit", "junit", NULL },
    { "junit-jupiter-*", "org.junit.jupiter", NULL },
    { "junit-platform-*", "org.junit.platform", NULL },
    { "kafka-clients", "org.apache.kafka", NULL },
    { "kafka-streams", "org.apache.kafka", NULL },
    { "kafka_*", "org.apache.kafka", NULL },
    { "kotlin-*", "org.jetbrains.kotlin", NULL },
    { "kotlinx-coroutines-*", "org.jetbrains.kotlinx", NULL },
    { "kotlinx-serialization-*", "org.jetbrains.kotlinx", NULL },
    { "log4j", "log4j", NULL },
    { "log4j-*", "org.apache.logging.log4j", NULL },
    { "lombok", "org.projectlombok", NULL },
    { "lucene-*", "org.apache.lucene", NULL },
    { "micrometer-*", "io.micrometer", NULL },
    { "mockito-*", "org.mockito", NULL },
    { "mssql-jdbc", "com.microsoft.sqlserver", NULL },
    { "mysql-connector-java", "mysql", NULL },
    { "mysql-connector-j", "com.mysql", NULL },
    { "netty", "io.netty", NULL },
    { "ojdbc*", "com.oracle.database.jdbc", NULL },
    { "okhttp", "com.squareup.okhttp3", NULL },
    { "okio", "com.squareup.okio", NULL },
    { "okio-jvm", "com.squareup.okio", NULL },
    { "opensearch", "org.opensearch", NULL },
    { "opensearch-*", "org.opensearch", NULL },
    { "postgresql", "org.postgresql", NULL },
    { "reactor-core", "io.projectreactor", NULL },
    { "reactor-netty-*", "io.projectreactor.netty", NULL },
    { "retrofit", "com.squareup.retrofit2", NULL },
    { "rhino", "org.mozilla", NULL },
    { "rxjava", "io.reactivex.rxjava3", NULL },
    { "scala-library", "org.scala-lang", NULL },
    { "scala-reflect", "org.scala-lang", NULL },
    { "servlet-api", "org.apache.tomcat", "tomcat-servlet-api" },
    { "slf4j-*", "org.slf4j", NULL },
    { "spring-aop", "org.springframework", NULL },
    { "spring-amqp", "org.springframework.amqp", NULL },
    { "spring-batch-*", "org.springframework.batch", NULL },
    { "spring-beans", "org.springframework", NULL },
    { "spring-boot", "org.springframework.boot", NULL },
    { "spring-boot-*", "org.springframework.boot", NULL },
    { "spring-cloud-*", "org.springframework.cloud", NULL },
    { "spring-context*", "org.springframework", NULL },
    { "spring-core", "org.springframework", NULL },
    { "spring-data-*", "org.springframework.data", NULL },
    { "spring-expression", "org.springframework", NULL },
    { "spring-integration-*", "org.springframework.integration", NULL },
    { "spring-jcl", "org.springframework", NULL },
    { "spring-jdbc", "org.springframework", NULL },
    { "spring-jms", "org.springframework", NULL },
    { "spring-kafka", "org.springframework.kafka", NULL },
    { "spring-ldap-core", "org.springframework.ldap", NULL },
    { "spring-messaging", "org.springframework", NULL },
    { "spring-orm", "org.springframework", NULL },
    { "spring-oxm", "org.springframework", NULL },
    { "spring-rabbit", "org.springframework.amqp", NULL },
    { "spring-security-*", "org.springframework.security", NULL },
    { "spring-session-*", "org.springframework.session", NULL },
    { "spring-test", "org.springframework", NULL },
    { "spring-tx", "org.springframework", NULL },
    { "spring-web", "org.springframework", NULL },
    { "spring-webflux", "org.springframework", NULL },
    { "spring-webmvc", "org.springframework", NULL },
    { "spring-websocket", "org.springframework", NULL },
    { "sqlite-jdbc", "org.xerial", NULL },
    { "stax-api", "stax", NULL },
    { "tomcat-*", "org.apache.tomcat", NULL },
    { "tomcat-embed-*", "org.apache.tomcat.embed", NULL },
    { "tomcat-i18n-*", "org.apache.tomcat", NULL },
    { "velocity", "org.apache.velocity", NULL },
    { "websocket-api", "org.apache.tomcat", "tomcat-websocket-api" },
    { "xalan", "xalan", NULL },
    { "xercesImpl", "xerces", NULL },
    { "xml-apis", "xml-apis", NULL },
};

bool maven_known_group(struct str artifact, struct str *group, struct str *name)
{
    const struct known *best = NULL;
    size_t most = 0;

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct str is = str_of(known[i].artifact);
        bool prefix = str_ends(is, STR("*"));
        is.n -= prefix;
        if ((prefix ? str_starts(artifact, is) : str_eq(artifact, is)) && (!best || is.n >= most)) {
            best = &known[i];
            most = is.n;
        }
    }
    if (!best)
        return false;
    *group = str_of(best->group);
    *name = best->name ? str_of(best->name) : artifact;
    return true;
}
