/* attacks_hole.c - known holes of kernels, runtimes and engines by which code gets out of a container, as data:
 * each with the configuration that leaves it open. Where a host's versions are known (scan/hosts.h), the finding
 * stands on the host. Which versions have a hole, and whether a distribution mended it, is the advisories' to
 * say: an unknown one carries no path. */
#include "threat/attack.h"

/* Without a filter of system calls a process makes itself a user namespace, in which it has every capability. */
#define UNFILTERED "workload-seccomp-off", "workload-seccomp-unset", "workload-privileged"
#define OUT(from_) GET(from_, NODE), .way = WAY_HOST

static const struct attack table[] = {
    /* The kernel. */
    { "hole-of-pipes", OUT(INSIDE), .there = CHECKS("CVE-2022-0847", "CVE-2016-5195"), .cost = 2,
      .does = "writes into files that {} only lets it read" },
    { "hole-of-control-groups", OUT(ROOT), .all = CHECKS("workload-apparmor-off"), .any = CHECKS(UNFILTERED),
      .there = CHECKS("CVE-2022-0492"), .cost = 1,
      .does = "mounts a control group and has the kernel of {} run a program" },
    { "hole-of-mounts", OUT(INSIDE), .any = CHECKS(UNFILTERED, "workload-cap-sys-admin"),
      .there = CHECKS("CVE-2022-0185", "CVE-2023-0386", "CVE-2021-33909"), .cost = 3,
      .does = "takes over the kernel of {} by a mount" },
    { "hole-of-filters", OUT(INSIDE), .any = CHECKS(UNFILTERED, "workload-cap-net-admin"),
      .there =
          CHECKS("CVE-2024-1086", "CVE-2023-32233", "CVE-2022-34918", "CVE-2022-32250", "CVE-2021-22555"),
      .cost = 3, .does = "takes over the kernel of {} by rules for packets" },
    { "hole-of-raw-packets", OUT(INSIDE), .any = CHECKS("workload-net-raw"),
      .there = CHECKS("CVE-2020-14386"), .cost = 4, .does = "takes over the kernel of {} by raw packets" },
    { "hole-of-programs", OUT(INSIDE), .any = CHECKS(UNFILTERED, "workload-cap-bpf"),
      .there = CHECKS("CVE-2021-3490", "CVE-2022-23222"), .cost = 3,
      .does = "takes over the kernel of {} by a program of its own in it" },

    /* Runtimes: root in the container, or who made the image or may create Pods. */
    { "runtime-overwritten", OUT(ROOT), .all = CHECKS("workload-host-user"), .there = CHECKS("CVE-2019-5736"),
      .cost = 3, .does = "overwrites the runtime of {} when somebody runs a command" },
    { "shim-reached", OUT(ROOT), .all = CHECKS("workload-host-net"), .there = CHECKS("CVE-2020-15257"),
      .cost = 2, .does = "orders the shim of containerd on {} by its socket" },
    { "masked-paths-bent", OUT(ROOT), .all = CHECKS("workload-host-user"),
      .there = CHECKS("CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"), .cost = 6,
      .does = "has the runtime of {} write where it meant to hide" },
    { "folder-of-host-kept", OUT(MAKER), .there = CHECKS("CVE-2024-21626"), .cost = 3,
      .does = "has its process begin in a folder of {}" },
    { "root-bent", OUT(MAKER),
      .there = CHECKS("CVE-2021-30465", "CVE-2023-27561", "CVE-2023-28642", "CVE-2019-19921",
                      "CVE-2022-23648", "CVE-2026-41579", "CVE-2026-47766"),
      .cost = 4, .does = "leads the runtime of {} out by links in it" },
    { "toolkit-led", OUT(MAKER), .there = CHECKS("CVE-2024-0132", "CVE-2025-23266"), .cost = 4,
      .does = "has the toolkit for graphics processors load it on {}" },
    { "mount-raced", OUT(SCHEDULE),
      .there = CHECKS("CVE-2021-30465", "CVE-2021-25741", "CVE-2022-23648", "CVE-2024-21626"), .cost = 4,
      .does = "starts one whose mounts lead the runtime of {} out" },
    { "sysctl-smuggled", OUT(SCHEDULE), .there = CHECKS("CVE-2022-0811"), .cost = 2,
      .does = "starts one that sets the core pattern of {}" },
    { "files-copied", OUT(ROOT), .there = CHECKS("CVE-2019-14271"), .cost = 9,
      .does = "waits until somebody copies files from it, and has code on {}" },

    /* Others, of which it is only known how bad they are. */
    { "kernel-version", OUT(INSIDE), .there = CHECKS("vulnerable-kernel"), .least = SEVERITY_HIGH, .cost = 12,
      .does = "can use a known hole of the kernel of {}" },
    { "engine-version", OUT(INSIDE), .there = CHECKS("vulnerable-container-engine"), .least = SEVERITY_HIGH,
      .cost = 12, .does = "can use a known hole of the engine of {}" },

    /* What an image brings against the host that runs it. */
    { "host-of-image", GET(HOST, NODE), .on = ON(IMAGE), .way = WAY_HOST, .cost = 1,
      .does = "is root on {}, which runs it" },
    { "engine-at-hand-of-workload", OUT(ROOT), .on = ON(WORKLOAD), .any = CHECKS("image-engine-volume"),
      .cost = 5, .does = "orders the engine of {} to start a privileged container" },
    { "device-of-host-opened", OUT(ROOT), .on = ON(WORKLOAD), .any = CHECKS("image-device-node"), .cost = 9,
      .does = "reads and writes devices of {} where the engine lets it" },
};
const struct attack_set attacks_hole = { table, ARRAY_LEN(table) };
