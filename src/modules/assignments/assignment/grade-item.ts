import type { LessonFollower } from '#modules/courses/index.ts'
import { removeGradeItem, updateGradeItem } from '#modules/gradebook/index.ts'

/** How the gradebook names an assignment. */
export function nameOf(lessonId: string) {
  return { source: 'assignment', sourceId: lessonId } as const
}

/** Keeps the gradebook's column of an assignment in step with its lesson. */
export const assignmentGradeItems: LessonFollower = {
  async renamed(tx, { id, type, title }, at) {
    if (type === 'assignment') await updateGradeItem(tx, { ...nameOf(id), title, at })
  },
  async deleted(tx, { id, type }, at) {
    if (type === 'assignment') await removeGradeItem(tx, { ...nameOf(id), at })
  },
}
