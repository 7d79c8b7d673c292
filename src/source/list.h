/* One line a source, in the order in which they are asked about a bare word. */
SOURCE(oci)
SOURCE(rootfs)
SOURCE(archive)
SOURCE(oci_archive)
SOURCE(docker)
SOURCE(podman)
SOURCE(containers_storage)
SOURCE(registry)
