import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
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

/** Which accommodation: a student has at most one for the course and one for each item. */
export interface AccommodationTarget {
  readonly courseId: string
  readonly userId: string
  readonly lessonId: string | null
}

export type NamedAccommodation = AccommodationRow & { full_name: string; email: string }

export function selectAccommodation(
  db: Executor,
  { courseId, userId, lessonId }: AccommodationTarget,
): Promise<NamedAccommodation | undefined> {
  return namedAccommodations(db)
    .where('accommodation.course_id', '=', courseId)
    .where('accommodation.user_id', '=', userId)
    .where('accommodation.lesson_id', lessonId === null ? 'is' : '=', lessonId)
    .executeTakeFirst()
}

export interface AccommodationFilter {
  readonly userId?: string | undefined
  readonly lessonId?: string | undefined
  /** Only those after the one of this id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Those of one course, the oldest first. */
export function selectAccommodationPage(
  db: Executor,
  courseId: string,
  { userId, lessonId, after, limit }: AccommodationFilter,
): Promise<NamedAccommodation[]> {
  let query = namedAccommodations(db).where('accommodation.course_id', '=', courseId)
  if (userId !== undefined) query = query.where('accommodation.user_id', '=', userId)
  if (lessonId !== undefined) query = query.where('accommodation.lesson_id', '=', lessonId)
  if (after !== undefined) query = query.where('accommodation.id', '>', after)
  return query.orderBy('accommodation.id').limit(limit).execute()
}

function namedAccommodations(db: Executor) {
  return db
    .selectFrom('accommodation')
    .innerJoin('user_account', 'user_account.id', 'accommodation.user_id')
    .selectAll('accommodation')
    .select(['user_account.full_name', 'user_account.email'])
}

export async function insertAccommodation(
  tx: Executor,
  values: Insertable<DeadlinesDatabase['accommodation']>,
): Promise<void> {
  await tx.insertInto('accommodation').values(values).execute()
}

/** Changes the accommodation and counts its version up. */
export async function updateAccommodation(
  tx: Executor,
  id: string,
  changes: Updateable<DeadlinesDatabase['accommodation']>,
): Promise<void> {
  await tx
    .updateTable('accommodation')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

export async function deleteAccommodation(tx: Executor, id: string): Promise<void> {
  await tx.deleteFrom('accommodation').where('id', '=', id).execute()
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
