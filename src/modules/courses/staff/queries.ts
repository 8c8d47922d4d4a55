import type { Insertable, Kysely } from 'kysely'
import type { Database } from '../../../database.ts'
import type { CoursesDatabase } from '../tables.ts'

type Executor = Kysely<Database>

export async function insertStaff(tx: Executor, values: Insertable<CoursesDatabase['course_staff']>): Promise<void> {
  await tx.insertInto('course_staff').values(values).execute()
}
