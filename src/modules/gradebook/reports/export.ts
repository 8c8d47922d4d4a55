import { Readable } from 'node:stream'
import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { GradebookDeps } from '../deps.ts'
import { gradebookExportsTotal } from '../metrics.ts'
import { type Setup, selectSetup, toGradeItem } from '../setup/setup.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'
import type { createGradebookReading } from './gradebook.ts'
import type { ExportQuery, GradebookRow } from './schemas.ts'

const STUDENTS_AT_ONCE = 100

type ReadRows = ReturnType<typeof createGradebookReading>['readRows']

export function createExport({
  db,
  metrics,
  readRows,
}: Pick<GradebookDeps, 'db' | 'metrics'> & { readRows: ReadRows }) {
  const count = counter(metrics, gradebookExportsTotal)

  /**
   * The gradebook as CSV, made page by page while it is sent. Refusals come before the first byte; what fails later
   * breaks the connection off, so that nobody takes a part for the whole.
   */
  async function exportGradebook(caller: Principal, courseId: string, query: ExportQuery) {
    const course = await requireCourseRight(db, caller, courseId, 'grade')
    const setup = await selectSetup(db, courseId)
    const lines = Readable.from(linesOf(setup, courseId, query), { objectMode: false })
    lines.once('error', () => count({ outcome: 'broken-off' })).once('end', () => count({ outcome: 'complete' }))
    return { fileName: `${course.slug}-grades.csv`, lines }
  }

  async function* linesOf(setup: Setup, courseId: string, { withdrawn, detail }: ExportQuery) {
    yield BYTE_ORDER_MARK + csvLine(headOf(setup, detail))
    let cursor: string | null | undefined
    do {
      const page = await readRows(setup, courseId, {
        limit: STUDENTS_AT_ONCE,
        withdrawn,
        ...(cursor != null && { cursor }),
      })
      yield page.items.map((row) => csvLine(lineOf(row, detail))).join('')
      cursor = page.nextCursor
    } while (cursor !== null)
  }

  return { exportGradebook }
}

function headOf({ items }: Setup, detail: boolean): string[] {
  const columns = items.map(toGradeItem).flatMap(({ title, pointsPossible }) => {
    const name = `${title} (${pointsPossible})`
    return detail ? [name, `${name} earned`, `${name} late penalty`, `${name} override`] : [name]
  })
  return ['Student', 'Email', 'Status', ...columns, 'Current %', 'Current letter', 'Final %', 'Final letter']
}

/** What the page shows of a student, as text: `EX` is excused, empty is not graded. */
function lineOf({ student, status, cells, current, final }: GradebookRow, detail: boolean): string[] {
  const columns = cells.flatMap((cell) => {
    const counted = cell?.isExcused ? 'EX' : (cell?.counted ?? '')
    return detail ? [counted, cell?.points ?? '', cell?.latePenalty ?? '', cell?.overridePoints ?? ''] : [counted]
  })
  const totals = [current.percent, current.letter, final.percent, final.letter].map((one) => one ?? '')
  return [student.fullName, student.email, status, ...columns, ...totals]
}
