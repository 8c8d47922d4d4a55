import { allChecks } from './all-checks.ts'
import { configurationCheck } from './diagnosis.ts'

/** The page about `doctor`, with the table of all checks, in Markdown. */
export function checksReference(): string {
  const checks = [configurationCheck, ...allChecks]
  const rows = checks.map(({ id, meaning, fix }) => `| \`${id}\` | ${cell(meaning)} | ${cell(fix)} |`)
  return `# Doctor

<!-- Generated from src/doctor by "npm run generate": do not edit. -->

The first thing to run when something is wrong, and after every change of the set-up:

\`\`\`sh
node src/main.ts doctor
cd /opt/lms_backend && sudo docker compose -f docker-compose.prod.yml run --rm --no-deps backup doctor   # in production
\`\`\`

It looks at the configuration and at everything the configuration names, changes nothing, and prints no secret. Each of
the ${checks.length} checks ends as

- \`ok\`: it is as it should be,
- \`warn\`: it works, and will hurt one day,
- \`fail\`: something does not work now; the exit code is 1,
- \`skipped\`: it cannot be told, with the reason: the check that it builds on failed, or there is nothing to look at.

What is wrong stands at the end, each with what it means and how to fix it. A component that does not answer costs its
check five seconds (\`--timeout SECONDS\`) and nobody else anything. \`--only AREA\` shows one area, \`--skipped\` every check
that was skipped, \`--json\` everything for machines:

\`\`\`json
{ "status": "warn", "counts": { "ok": 61, "warn": 2, "fail": 0, "skipped": 11 }, "checks": [{ "id": "…" }] }
\`\`\`

Where a fix says \`node src/main.ts COMMAND\`, in production that is the second line above with COMMAND in the place of
\`doctor\`.

What runs in a container sees that container: \`machine.*\` and \`data-directory.*\` are about this one, the service
\`backup\`, since no other sees the backups on disk. The disk of a
PostgreSQL server elsewhere cannot be seen from here; the alerts of [the runbooks](../runbooks/README.md) watch it.

## Status and support bundle

\`node src/main.ts status\` says in a few lines what runs here: release, readiness, maintenance, database, jobs. Exit code 1 when the API
on PORT is not ready.

\`node src/main.ts support-bundle --log FILE\` packs what whoever helps needs into one \`.tar.gz\`, readable for you only: the
settings in effect, versions, what doctor found, readiness, metrics, and the last lines of a log file. Secrets are taken
out by their value (also percent-decoded, in JSON and in base64) and, in log lines, by their shape, mail addresses too.
Names and ids may be in log lines: look through it before you hand it on. In production \`--url http://api-blue:8000\` (or
\`api-green\`) reaches the API from the operator's container, and \`--output /data/support-bundle.tar.gz\` is on a volume.

## The checks

| Check | What must be the case | How to fix it |
| --- | --- | --- |
${rows.join('\n')}
`
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
