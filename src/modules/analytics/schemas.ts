import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { Page } from '#platform/http/pagination.ts'

const id = Type.String({ format: 'uuid' })
const count = Type.Integer({ minimum: 0 })
const countOf = (description: string) => Type.Integer({ minimum: 0, description })
const average = Type.Number({ minimum: 0, description: 'Over all enrollments; two decimals.' })
const asOf = nullable(
  Type.String({
    format: 'date-time',
    description: 'The numbers are of this moment; they are counted every five minutes. Null: not yet.',
  }),
)

export const CourseParams = Type.Object({ courseId: id })

export const RatingSummary = Type.Object(
  {
    average: nullable(Type.Number({ minimum: 1, maximum: 5, description: 'Two decimals; null without reviews.' })),
    reviews: countOf('Visible reviews, at this moment.'),
  },
  { $id: 'RatingSummary' },
)
export type RatingSummary = Static<typeof RatingSummary>

const courseNumbers = {
  enrolled: countOf('All enrollments, past ones included.'),
  active: count,
  completed: count,
  activeLast7Days: countOf('Students who learnt in the course on the last 7 days (UTC), today included.'),
  activeLast30Days: count,
  needsAttention: countOf('Active students who have not completed the course and have been silent for 14 days.'),
  completionPercent: average,
  averagePercent: average,
}

export const CourseAnalytics = Type.Object(
  {
    courseId: id,
    asOf,
    ...courseNumbers,
    withdrawn: count,
    expired: count,
    averageTimeSpentSeconds: average,
    rating: RatingSummary,
  },
  { $id: 'CourseAnalytics' },
)
export type CourseAnalytics = Static<typeof CourseAnalytics>

export const DayNumbers = Type.Object(
  {
    day: Type.String({ description: 'UTC, YYYY-MM-DD.' }),
    enrollments: count,
    completions: countOf('Courses completed.'),
    activeStudents: count,
    lessonsCompleted: count,
  },
  { $id: 'DayNumbers' },
)
export type DayNumbers = Static<typeof DayNumbers>

const days = Type.Array(DayNumbers, { description: 'The last 90 days, oldest first, today included.' })

export const CourseDays = Type.Object({ courseId: id, asOf, days }, { $id: 'CourseDays' })
export type CourseDays = Static<typeof CourseDays>

export const LessonStanding = Type.Object(
  {
    lessonId: id,
    moduleId: id,
    title: Type.String(),
    type: Type.String(),
    isRequired: Type.Boolean(),
    completed: count,
    inProgress: countOf('Begun and not completed.'),
    medianTimeSpentSeconds: nullable(countOf('Of those who completed it and whose time was measured.')),
    stoppedHere: countOf('Whose last activity was in this lesson, 14 days ago or more, with the course not completed.'),
  },
  { $id: 'LessonStanding' },
)
export type LessonStanding = Static<typeof LessonStanding>

export const CourseLessons = Type.Object(
  {
    courseId: id,
    asOf,
    lessons: Type.Array(LessonStanding, { description: 'Published lessons in the order of the course.' }),
  },
  { $id: 'CourseLessons' },
)
export type CourseLessons = Static<typeof CourseLessons>

export const AttentionPage = Page(
  Type.Object(
    {
      enrollmentId: id,
      user: Type.Object({ id, fullName: Type.String(), email: Type.String() }),
      percent: count,
      enrolledAt: Type.String({ format: 'date-time' }),
      lastActivityAt: nullable(Type.String({ format: 'date-time', description: 'Null: has not begun.' })),
    },
    { $id: 'SilentStudent' },
  ),
)
export type AttentionPage = Static<typeof AttentionPage>

export const TaughtCourse = Type.Object(
  {
    courseId: id,
    slug: Type.String(),
    title: Type.String(),
    status: Type.String(),
    staffRole: Type.String(),
    ...courseNumbers,
    rating: RatingSummary,
  },
  { $id: 'TaughtCourse' },
)
export type TaughtCourse = Static<typeof TaughtCourse>

export const TeachingOverview = Type.Object(
  {
    asOf,
    totals: Type.Object({
      courses: count,
      enrolled: count,
      active: count,
      completed: count,
      needsAttention: count,
    }),
    ...Page(TaughtCourse).properties,
  },
  { $id: 'TeachingOverview' },
)
export type TeachingOverview = Static<typeof TeachingOverview>

export const SystemOverview = Type.Object(
  {
    asOf,
    users: Type.Object({
      administrators: count,
      instructors: count,
      students: count,
      deactivated: countOf('Of all of them, those who cannot log in.'),
    }),
    activeStudents: Type.Object({
      last7Days: countOf('Different people who learnt in any course, today (UTC) included.'),
      last30Days: count,
    }),
    courses: Type.Object({ draft: count, published: count, archived: count }),
    enrollments: Type.Object({ total: count, active: count, completed: count }),
    completionPercent: average,
    averagePercent: average,
    days,
  },
  { $id: 'SystemOverview' },
)
export type SystemOverview = Static<typeof SystemOverview>
