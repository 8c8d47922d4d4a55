import { parseArgs } from 'node:util'
import { createPasswords } from '#modules/auth/index.ts'
import { migrate } from '#platform/database/migrate.ts'
import { openAdapters, withEmbeddedDefaults } from '../adapters.ts'
import { type Config, loadConfig } from '../config.ts'
import { createDemo, type Demo } from '../demo/demo.ts'
import { writeFiles } from '../demo/stored-file.ts'
import { countRows, tablesInUse, writeDemo } from '../demo/write-demo.ts'
import { migrations } from '../migrations/index.ts'

const STUDENTS = 200
const HISTORY_DAYS = 90
const PASSWORD = 'demo-password-2026'

export const seedDemoHelp = `Usage: node src/main.ts seed-demo [--seed NUMBER]

Fills an empty database with a made-up institution: 8 courses, 6 instructors, ${STUDENTS} students and what they did in
the ${HISTORY_DAYS} days until now. Prints three logins. A database that is not empty is left alone (exit code 1).

  --seed NUMBER   another institution; the same number and the same moment make the same rows (default: 1)
`

/** Fills an empty database with the demo and prints how to log in. */
export async function seedDemo(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { seed: { type: 'string', default: '1' } } })
  const seed = Number(values.seed)
  if (!Number.isInteger(seed)) return refuse(`--seed must be a whole number, but is “${values.seed}”.`, 2)
  const config = withEmbeddedDefaults(loadConfig(process.env))
  if (config.ENVIRONMENT === 'production') {
    return refuse('The demo has a password that everybody knows: it is not for ENVIRONMENT=production.', 1)
  }
  const adapters = await openAdapters(config)
  try {
    await migrate(adapters.db, migrations)
    const used = await tablesInUse(adapters.db)
    if (used.length > 0) {
      return refuse(
        `The database is not empty (${used.join(', ')}), and the demo would be mixed into it. Nothing was changed.\n` +
          'Serve what it holds with “npm start”, or name another place: DATA_DIR=./demo-data npm run demo',
        1,
      )
    }
    const demo = createDemo({
      seed,
      now: adapters.now(),
      students: STUDENTS,
      historyDays: HISTORY_DAYS,
      passwordHash: await hashOnce(config),
    })
    await writeFiles(await adapters.openStorage(), demo.rows, demo.files)
    await writeDemo(adapters.db, demo.rows, progressOf(countRows(demo.rows)))
    process.stdout.write(summary(demo))
    return 0
  } finally {
    await adapters.close()
  }
}

function hashOnce(config: Config): Promise<string> {
  const passwords = createPasswords({ memoryKib: config.PASSWORD_HASH_MEMORY_KIB, passes: config.PASSWORD_HASH_PASSES })
  return passwords.hashPassword(PASSWORD)
}

function refuse(message: string, exitCode: number): number {
  process.stderr.write(`${message}\n`)
  return exitCode
}

/** A counter on one line of a terminal; silent elsewhere. */
function progressOf(total: number): (written: number) => void {
  if (!process.stderr.isTTY) return () => {}
  return (written) => {
    process.stderr.write(`\r${written} of ${total} rows${written === total ? '\n' : ''}`)
  }
}

function summary({ rows, people }: Demo): string {
  const logins = [people.administrator, people.instructors[0], people.students[0]].flatMap((account) =>
    account ? [`  ${account.role.padEnd(14)} ${account.email}`] : [],
  )
  return `The demo is ready: ${rows.course.length} courses, ${rows.user_account.length} people, ${rows.enrollment.length} enrollments, ${rows.lesson_progress.length} lessons begun, ${rows.attempt.length} attempts at quizzes, ${rows.submission.length} texts handed in, ${rows.review.length} reviews.

Log in with the password ${PASSWORD} as
${logins.join('\n')}
`
}
