import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../database.ts'
import type { FilesDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type FileRow = Selectable<FilesDatabase['stored_file']>

export async function insertFile(tx: Executor, values: Insertable<FilesDatabase['stored_file']>): Promise<FileRow> {
  return tx.insertInto('stored_file').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Deleted ones are not found. */
export function selectFile(db: Executor, id: string): Promise<FileRow | undefined> {
  return db
    .selectFrom('stored_file')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

export function lockFile(tx: Executor, id: string): Promise<FileRow | undefined> {
  const query = tx.selectFrom('stored_file').selectAll().where('id', '=', id).where('deleted_at', 'is', null)
  return lockRow(tx, query).executeTakeFirst()
}

/** One page of a person's files, the newest first, and one row more. */
export function selectFilesOf(
  db: Executor,
  ownerId: string,
  { after, limit }: { after: Position | undefined; limit: number },
): Promise<FileRow[]> {
  let query = db.selectFrom('stored_file').selectAll().where('owner_id', '=', ownerId).where('deleted_at', 'is', null)
  if (after) query = query.where(sql<boolean>`(created_at, id) < (${after[0]}, ${after[1]})`)
  return query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
}

/** What a person's files that belong to no course take all together. */
export async function sumPersonalBytes(db: Executor, ownerId: string): Promise<number> {
  const { bytes } = await db
    .selectFrom('stored_file')
    .select((eb) => sql<number>`coalesce(cast(sum(${eb.ref('size_bytes')}) as bigint), 0)`.as('bytes'))
    .where('owner_id', '=', ownerId)
    .where('course_id', 'is', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return bytes
}

export async function markDeleted(tx: Executor, id: string, at: Date): Promise<void> {
  await tx.updateTable('stored_file').set({ deleted_at: at.toISOString() }).where('id', '=', id).execute()
}

/** The storage key of a file that was deleted. */
export async function selectDeletedKey(db: Executor, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('stored_file')
    .select('storage_key')
    .where('id', '=', id)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst()
  return row?.storage_key
}

/** Those of `keys` that a file refers to which is not deleted. */
export async function selectLiveKeys(db: Executor, keys: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('stored_file')
    .select('storage_key')
    .where('storage_key', 'in', keys)
    .where('deleted_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.storage_key))
}

export async function hasAnyFile(db: Executor): Promise<boolean> {
  return (await db.selectFrom('stored_file').select('id').limit(1).executeTakeFirst()) !== undefined
}

const lessonColumns = ['id', 'status', 'is_preview', 'release_at', 'release_after_days'] as const

/** Lessons of the course whose content is the file: videos and files. */
export function selectLessonsOfFile(db: Executor, courseId: string, fileId: string) {
  const keyedId =
    // Both understand this operator on their JSON.
    sql<string | null>`content ->> 'fileId'`
  return db
    .selectFrom('lesson')
    .select(lessonColumns)
    .where('course_id', '=', courseId)
    .where('type', 'in', ['video', 'file'])
    .where(keyedId, '=', fileId)
    .orderBy('id')
    .execute()
}

/** Pages of the course that mention the file, in a link for example. */
export function selectPagesMentioning(db: Executor, courseId: string, fileId: string) {
  return db
    .selectFrom('lesson')
    .select(lessonColumns)
    .where('course_id', '=', courseId)
    .where('type', '=', 'page')
    .where(sql<string>`cast(content as text)`, 'like', `%${fileId}%`)
    .orderBy('id')
    .execute()
}

/** True when the file may become part of a lesson of this course. */
export async function isFileOfCourse(db: Executor, courseId: string, fileId: string): Promise<boolean> {
  const row = await db
    .selectFrom('stored_file')
    .select('id')
    .where('id', '=', fileId)
    .where('course_id', '=', courseId)
    .where('is_confidential', '=', false)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Nobody deletes these files until the transaction ends. */
export function lockFiles(tx: Executor, ids: readonly string[]): Promise<FileRow[]> {
  const query = tx.selectFrom('stored_file').selectAll().where('id', 'in', ids).where('deleted_at', 'is', null)
  return lockRow(tx, query.orderBy('id')).execute()
}

/** Gives files that belonged to their owner alone to a course, for its staff and whom a use admits. */
export async function makeConfidential(tx: Executor, ids: readonly string[], courseId: string): Promise<void> {
  await tx
    .updateTable('stored_file')
    .set({ course_id: courseId, is_confidential: true })
    .where('id', 'in', ids)
    .where('course_id', 'is', null)
    .execute()
}

export function selectFiles(db: Executor, ids: readonly string[]): Promise<FileRow[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db.selectFrom('stored_file').selectAll().where('id', 'in', ids).where('deleted_at', 'is', null).execute()
}
