import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Kysely } from 'kysely'
import { openPostgres, postgresDialect } from '#platform/database/postgres.ts'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import type { Database } from '../../src/database.ts'
import { canPin, describeMachine, pinToOtherCores, processorSeconds } from '../machine.ts'
import { type DatabaseName, databases, openStage, type Stage } from '../stage.ts'
import { enrollmentsOf, sizes } from '../world/sizes.ts'
import { COURSES, ITEMS, loadGradebooks } from './rows.ts'

const help = `Usage: node bench/gradebook/run.ts [OPTIONS]

Reads gradebooks of ${ITEMS} items and hundreds of students, one request at a time, from the product as a process of its
own, with ${COURSES} such courses in the database.

  --database NAME   ${databases.join(' or ')} (default: both)
  --rounds N        how often each course is read (default: 5)
  --output FILE     where the report goes (default: bench/gradebook/results.md)
  --help            this text

Exit code 0: the promise was kept on PostgreSQL, or not measured; 1: it was not.
`

/** What is promised for a page on PostgreSQL, at most. */
const PAGE_MILLISECONDS = 300

interface Figures {
  readonly what: string
  readonly milliseconds: readonly number[]
  /** Of the product alone, for one request, warmed up. */
  readonly processorMilliseconds: number
  readonly bytes: number
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      database: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      output: { type: 'string', default: join(import.meta.dirname, 'results.md') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const loadBefore = loadavg()[0] ?? 0
  if (canPin()) pinToOtherCores()
  let isKept = true
  const sections: string[] = []
  for (const database of databases.filter((one) => values.database === undefined || one === values.database)) {
    const { versions, figures, students } = await measure(database, Number(values.rounds))
    const worst = Math.max(...(figures[0]?.milliseconds ?? []))
    if (database === 'postgres') isKept = worst < PAGE_MILLISECONDS
    sections.push(section(`${versions}, ${students} students a course`, figures))
  }
  const report = `${introduction(loadBefore)}\n${sections.join('\n')}`
  writeFileSync(values.output, report)
  process.stdout.write(report)
  return isKept ? 0 : 1
}

async function measure(database: DatabaseName, rounds: number) {
  const stage = await openStage(database, sizes.tiny, { isPinned: canPin(), onProgress: () => {} })
  try {
    await load(stage)
    const { world } = stage.context
    const courses = Array.from({ length: COURSES }, (_, n) => world.courseId(n))
    const students = enrollmentsOf(world.size) / world.size.courses
    const page = await read(stage, courses, rounds, 'page of all students', (id) => `${id}/gradebook?limit=500`)
    const first = await read(stage, courses, rounds, 'page of 50 students', (id) => `${id}/gradebook?limit=50`)
    const csv = await read(stage, courses, rounds, 'CSV of all students', (id) => `${id}/gradebook.csv`)
    return { versions: stage.versions, students, figures: [page, first, csv] }
  } finally {
    await stage.close()
  }
}

async function load({ database, settings, context }: Stage): Promise<void> {
  const url = settings.DATABASE_URL ?? ''
  const dialect =
    database === 'sqlite'
      ? sqliteDialect(openSqlite(url.slice('sqlite:'.length)))
      : postgresDialect(
          openPostgres({ url, poolSize: 2, acquireTimeoutSeconds: 10, statementTimeoutSeconds: 600 }, () => {}),
        )
  const db = new Kysely<Database>({ dialect })
  try {
    await loadGradebooks(db, context.world)
  } finally {
    await db.destroy()
  }
}

/** One request after the other, the courses in turn; the first round only warms up. */
async function read(
  { product, context }: Stage,
  courses: readonly string[],
  rounds: number,
  what: string,
  path: (courseId: string) => string,
): Promise<Figures> {
  const milliseconds: number[] = []
  let bytes = 0
  let processorFrom = 0
  for (let round = 0; round <= rounds; round++) {
    if (round === 1) processorFrom = processorSeconds(product.pid()) ?? 0
    for (const id of courses) {
      const started = performance.now()
      const response = await fetch(`${product.url}/api/v1/courses/${path(id)}`, {
        headers: { authorization: `Bearer ${context.token(0)}` },
      })
      const body = await response.text()
      if (round > 0) milliseconds.push(performance.now() - started)
      if (response.status !== 200) throw new Error(`${what}: ${response.status} ${body.slice(0, 300)}`)
      bytes = Buffer.byteLength(body)
    }
  }
  const used = (processorSeconds(product.pid()) ?? 0) - processorFrom
  const processorMilliseconds = (used * 1000) / milliseconds.length
  return { what, milliseconds: milliseconds.sort((a, b) => a - b), processorMilliseconds, bytes }
}

function introduction(loadBefore: number): string {
  const { processor, cores } = describeMachine(canPin())
  return `# Gradebook

\`node bench/gradebook/run.ts\`, ${new Date().toISOString().slice(0, 10)}, ${cores} cores of ${processor}. ${COURSES} courses with ${ITEMS} items each, all of it graded, in the database; one request at a time, the whole body received. Promise: the page of all students in less than ${PAGE_MILLISECONDS} ms on PostgreSQL, the slowest one included. Processor time is that of the product for one request; the database comes on top of it. Load of the machine (1 minute) before: ${loadBefore.toFixed(1)}, after: ${loadavg()[0]?.toFixed(1)}.
`
}

function section(title: string, figures: readonly Figures[]): string {
  const lines = figures.map(({ what, milliseconds, processorMilliseconds, bytes }) => {
    const at = (share: number) =>
      milliseconds[Math.min(milliseconds.length - 1, Math.floor(share * milliseconds.length))]
    const cells = [at(0.5), at(0.95), milliseconds.at(-1), processorMilliseconds].map(
      (one) => `${(one ?? 0).toFixed(0)}`,
    )
    return `| ${what} | ${(bytes / 1024).toFixed(0)} | ${cells.join(' | ')} |`
  })
  return `## ${title}

| Request | KiB | p50 ms | p95 ms | slowest ms | processor ms |
|---|---|---|---|---|---|
${lines.join('\n')}
`
}
