import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../database.ts'
import { type ItemName, insertOrRestoreItem, updateItem } from './item-queries.ts'

type Executor = Kysely<Database>

interface SourceName extends ItemName {
  readonly source: 'quiz' | 'assignment'
}

export interface NewGradeItem extends SourceName {
  readonly courseId: string
  readonly title: string
  readonly pointsPossible: Decimal
  readonly at: Date
}

/**
 * Adds the column of a quiz or an assignment to the gradebook of its course, and returns its id. Brings back one that
 * was removed, with its grades, category and overrides.
 */
export async function createGradeItem(tx: Executor, item: NewGradeItem): Promise<string> {
  const at = item.at.toISOString()
  const row = await insertOrRestoreItem(tx, {
    id: uuidv7(),
    course_id: item.courseId,
    category_id: null,
    source: item.source,
    source_id: item.sourceId,
    title: item.title,
    points_possible: item.pointsPossible,
    is_extra_credit: false,
    is_released: true,
    created_at: at,
    updated_at: at,
    removed_at: null,
  })
  return row.id
}

export interface GradeItemChange extends SourceName {
  readonly title?: string
  readonly pointsPossible?: Decimal
  readonly at: Date
}

/** Follows its quiz or assignment. Where there is no item nothing happens: practice has none. */
export async function updateGradeItem(tx: Executor, change: GradeItemChange): Promise<void> {
  const { title, pointsPossible, at } = change
  await updateItem(tx, change, {
    ...(title !== undefined && { title }),
    ...(pointsPossible !== undefined && { points_possible: pointsPossible }),
    updated_at: at.toISOString(),
  })
}

/** Takes the column out of the gradebook and out of every total. Its grades and their history are kept. */
export async function removeGradeItem(tx: Executor, item: SourceName & { readonly at: Date }): Promise<void> {
  await updateItem(tx, item, { removed_at: item.at.toISOString(), updated_at: item.at.toISOString() })
}
