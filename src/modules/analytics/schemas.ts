import { type Static, Type } from 'typebox'

const id = Type.String({ format: 'uuid' })
const count = Type.Integer({ minimum: 0 })
const average = Type.Number({ minimum: 0, description: 'Over all enrollments; two decimals.' })

export const CourseParams = Type.Object({ courseId: id })

export const CourseAnalytics = Type.Object(
  {
    courseId: id,
    enrolled: Type.Integer({ minimum: 0, description: 'All enrollments, past ones included.' }),
    active: count,
    withdrawn: count,
    expired: count,
    completed: count,
    completionPercent: average,
    averagePercent: average,
    averageTimeSpentSeconds: average,
    computedAt: Type.Union([
      Type.String({ format: 'date-time', description: 'When the numbers last changed; counted every five minutes.' }),
      Type.Null(),
    ]),
  },
  { $id: 'CourseAnalytics' },
)
export type CourseAnalytics = Static<typeof CourseAnalytics>
