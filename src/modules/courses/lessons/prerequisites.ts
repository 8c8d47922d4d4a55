import type { Kysely } from 'kysely'
import { invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../../database.ts'
import { selectPrerequisitesOfCourse } from '../outline/queries.ts'
import { prerequisiteCycle } from '../problems.ts'
import { deletePrerequisites, insertPrerequisites, type LessonRow, selectLessonIdsOfCourse } from './queries.ts'

/** Makes `ids` the lessons to complete before this one. The caller holds the lock on the course. */
export async function replaceLessonPrerequisites(
  tx: Kysely<Database>,
  lesson: Pick<LessonRow, 'id' | 'course_id'>,
  ids: readonly string[],
): Promise<void> {
  const known = new Set(await selectLessonIdsOfCourse(tx, lesson.course_id))
  const errors = ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ pointer: `/body/prerequisiteIds/${index}`, message: 'is no lesson of this course' }],
  )
  if (errors.length > 0) throw invalidRequest({ errors })
  const graph = await selectPrerequisitesOfCourse(tx, lesson.course_id)
  if (reaches(graph, ids, lesson.id)) throw prerequisiteCycle()
  await deletePrerequisites(tx, lesson.id)
  await insertPrerequisites(tx, lesson.id, ids)
}

/** True when `goal` is among `starts` or required by them, directly or through others. */
function reaches(graph: ReadonlyMap<string, readonly string[]>, starts: readonly string[], goal: string): boolean {
  const seen = new Set<string>()
  const open = [...starts]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === goal) return true
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(graph.get(id) ?? []))
  }
  return false
}
