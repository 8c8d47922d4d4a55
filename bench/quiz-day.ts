import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { canPin, describeMachine, pinToOtherCores } from './machine.ts'
import { type Day, isHeld, quizDay, rehearse } from './quiz-day/day.ts'
import { dayRow, toMarkdown } from './quiz-day/report.ts'
import { type DatabaseName, databases, openDatabase, openStage } from './stage.ts'
import { sizes } from './world/sizes.ts'

const help = `Usage: node bench/quiz-day.ts [OPTIONS]

A quiz day: students begin an attempt within a minute, save an answer every five seconds for ten minutes and hand in.
Then every receipt is compared with the journal, the answers and the grades.

  --database NAME      ${databases.join(' or ')} (default: postgres)
  --students LIST      one day for each number, with commas (default: 1000); at most ${sizes['1'].students}
  --minutes N          how long each of them works (default: 10)
  --start-seconds N    within which they begin, and within which they hand in (default: 60)
  --save-seconds N     between two saves of a student (default: 5)
  --output FILE        where the report goes (default: nowhere but here)
  --help               this text

Exit code 0: nothing lost, nothing failed, 99 of 100 saves within 250 ms, on every day; 1: not so.
`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      database: { type: 'string', default: 'postgres' },
      students: { type: 'string', default: '1000' },
      minutes: { type: 'string', default: '10' },
      'start-seconds': { type: 'string', default: '60' },
      'save-seconds': { type: 'string', default: '5' },
      output: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const database = databases.find((name) => name === values.database)
  const numbers = values.students.split(',').map(Number)
  const times = [values.minutes, values['start-seconds'], values['save-seconds']].map(Number)
  const isUsable = [...numbers, ...times].every((one) => one > 0) && Math.max(...numbers) <= sizes['1'].students
  if (values.help || database === undefined || !isUsable) {
    process.stdout.write(help)
    return values.help ? 0 : 2
  }
  const [minutes = 0, startSeconds = 0, saveSeconds = 0] = times
  const plan = { startSeconds, saveSeconds, workSeconds: minutes * 60, submitSeconds: startSeconds }
  const isPinned = canPin()
  if (isPinned) pinToOtherCores()
  const { days, versions } = await measure(database, numbers, plan, isPinned)
  const machine = describeMachine(isPinned)
  const report = toMarkdown({ at: new Date(), command: process.argv.slice(2).join(' '), machine, versions, plan, days })
  if (values.output !== undefined) writeFileSync(values.output, report)
  process.stdout.write(report)
  return days.every(isHeld) ? 0 : 1
}

async function measure(
  database: DatabaseName,
  numbers: readonly number[],
  plan: Parameters<typeof quizDay>[3],
  isPinned: boolean,
): Promise<{ days: Day[]; versions: string }> {
  const size = Math.max(...numbers) <= sizes.tiny.students ? sizes.tiny : sizes['1']
  const stage = await openStage(database, size, { isPinned, onProgress: () => {} })
  const db = openDatabase(stage.settings.DATABASE_URL ?? '')
  const days: Day[] = []
  try {
    await rehearse(stage, db)
    for (const students of numbers) {
      const day = await quizDay(stage, db, students, plan)
      process.stderr.write(`${dayRow(day)}\n`)
      days.push(day)
    }
  } finally {
    await db.destroy()
    await stage.close()
  }
  return { days, versions: stage.versions }
}
