import type { Random } from '../random.ts'
import type { DemoRows } from '../rows.ts'
import { handIn, storeAssignment } from './assignments.ts'
import { storeCategories } from './grading.ts'
import { storeQuiz, takeQuiz, type Work } from './quizzes.ts'

type TakeWork = (work: Work) => void

/**
 * Quizzes and assignments with what students did in them, as the lessons they have begun and completed tell; called when
 * all of the history is written down.
 */
export function assessStudents(random: Random, now: number, rows: DemoRows): void {
  const takers = new Map<string, TakeWork>()
  for (const course of rows.course) prepareCourse(random, { courseId: course.id, now }, takers, rows)
  const studentOf = new Map(rows.enrollment.map(({ id, user_id }) => [id, user_id]))
  for (const progress of rows.lesson_progress) {
    takers.get(progress.lesson_id)?.({
      enrollmentId: progress.enrollment_id,
      studentId: studentOf.get(progress.enrollment_id) ?? '',
      startedAt: Date.parse(progress.started_at),
      lastAt: Date.parse(progress.last_activity_at),
      completedAt: progress.completed_at ? Date.parse(progress.completed_at) : null,
    })
  }
}

function prepareCourse(
  random: Random,
  { courseId, now }: { readonly courseId: string; readonly now: number },
  takers: Map<string, TakeWork>,
  rows: DemoRows,
): void {
  const lessons = rows.lesson.filter((row) => row.course_id === courseId)
  const ownerId = rows.course_staff.find((row) => row.course_id === courseId && row.staff_role === 'owner')?.user_id
  const [quizzes, assignments] = (['quiz', 'assignment'] as const).map((type) =>
    lessons.filter((row) => row.type === type),
  ) as [DemoRows['lesson'], DemoRows['lesson']]
  const first = lessons[0]
  if (ownerId === undefined || !first) return
  const hasBoth = quizzes.length > 0 && assignments.length > 0
  const categories = hasBoth ? storeCategories(random, courseId, first.created_at, rows) : undefined
  for (const lesson of quizzes) {
    const quiz = storeQuiz(random, { lesson, ownerId, categoryId: categories?.quiz ?? null }, rows)
    takers.set(lesson.id, (work) => takeQuiz(random, quiz, work, now, rows))
  }
  for (const lesson of assignments) {
    const place = { lesson, ownerId, categoryId: categories?.assignment ?? null }
    const assignment = storeAssignment(random, place, rows)
    takers.set(lesson.id, (work) => handIn(random, assignment, work, rows))
  }
}
