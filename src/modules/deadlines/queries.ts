import type { Kysely, Selectable } from 'kysely'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../database.ts'
import type { Accommodation } from './accommodation.ts'
import type { DeadlinesDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type AccommodationRow = Selectable<DeadlinesDatabase['accommodation']>

const accommodationsFor = prepared(
  (db: Executor, { courseId, userId, itemId }: { courseId: string; userId: string; itemId: string }) =>
    db
      .selectFrom('accommodation')
      .selectAll()
      .where('course_id', '=', courseId)
      .where('user_id', '=', userId)
      .where((eb) => eb.or([eb('lesson_id', 'is', null), eb('lesson_id', '=', itemId)]))
      .orderBy('id'),
)

/** What a student is granted for an item: `itemId` is the id of the lesson that the quiz or assignment belongs to. */
export async function selectAccommodations(
  db: Executor,
  of: { readonly courseId: string; readonly userId: string; readonly itemId: string },
): Promise<Accommodation[]> {
  return (await accommodationsFor(db, of)).map(toAccommodation)
}

/** The same for every student of the course who is granted anything, by the student's id. */
export async function selectAccommodationsOfItem(
  db: Executor,
  { courseId, itemId }: { readonly courseId: string; readonly itemId: string },
): Promise<Map<string, Accommodation[]>> {
  const rows = await db
    .selectFrom('accommodation')
    .selectAll()
    .where('course_id', '=', courseId)
    .where((eb) => eb.or([eb('lesson_id', 'is', null), eb('lesson_id', '=', itemId)]))
    .orderBy('id')
    .execute()
  return new Map([...Map.groupBy(rows, (row) => row.user_id)].map(([id, own]) => [id, own.map(toAccommodation)]))
}

export function toAccommodation(row: AccommodationRow): Accommodation {
  return {
    scope: row.lesson_id === null ? 'course' : 'item',
    timeFactor: row.time_factor,
    extraMinutes: row.extra_minutes,
    extraDays: row.extra_days,
    opens: row.opens,
    due: row.due,
    closes: row.closes,
  }
}
