import type { Machine } from '../machine.ts'
import { type Day, isHeld, type Quantiles, SAVE_P99_MAX } from './day.ts'
import type { DayPlan } from './student.ts'

export interface QuizDayReport {
  readonly at: Date
  readonly command: string
  readonly machine: Machine
  readonly versions: string
  readonly plan: DayPlan
  readonly days: readonly Day[]
}

const head = `| Students | held | saves | saves/s | save p50 / p99 / max ms | start p99 ms | submit p99 ms | failures | lost | µs of server / database per save | MB | lag of the load p99 ms |
|---|---|---|---|---|---|---|---|---|---|---|---|`

export function toMarkdown({ at, command, machine, versions, plan, days }: QuizDayReport): string {
  const highest = Math.max(0, ...days.filter(isHeld).map(({ students }) => students))
  return `# Quiz day

Measured ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC with \`node bench/quiz-day.ts ${command}\` on ${machine.cores} × ${machine.processor}, ${machine.memoryGigabytes} GB, Linux ${machine.kernel}, Node ${machine.node}, ${versions}; the server ${machine.isPinned ? 'has one core alone, load and database the others' : 'shares the cores with load and database'}.

Each student begins within ${plan.startSeconds} s, saves an answer every ${plan.saveSeconds} s for ${plan.workSeconds / 60} minutes and hands in within ${plan.submitSeconds} s. Held: no receipt without its line in the journal, its answer in what was graded and the right grade; no request failed; 99 of 100 saves within ${SAVE_P99_MAX} ms. Processor time is that of everything, beginning and handing in included, for each save.

${head}
${days.map(dayRow).join('\n')}

Highest number held: **${highest}**.
`
}

export function dayRow(day: Day): string {
  const { students, starts, saves, submissions, lags, savesPerSecond, verdict, failures } = day
  const lost = verdict.notInJournal + verdict.notGraded + verdict.wrongGrades
  const cells = [
    students,
    isHeld(day) ? 'yes' : '**no**',
    saves.count,
    Math.round(savesPerSecond),
    `${rounded(saves.p50)} / ${rounded(saves.p99)} / ${rounded(saves.max)}`,
    p99(starts),
    p99(submissions),
    [...failures].map(([status, count]) => `${count} × ${status}`).join(', ') || 0,
    lost,
    [day.processorMicroseconds, day.databaseMicroseconds]
      .map((one) => (one === undefined ? '–' : Math.round(one)))
      .join(' / '),
    day.residentMegabytes === undefined ? '' : Math.round(day.residentMegabytes),
    p99(lags),
  ]
  return `| ${cells.join(' | ')} |`
}

const p99 = ({ p99: value }: Quantiles) => rounded(value)
const rounded = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value))
