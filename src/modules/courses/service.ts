import { createCatalogue } from './catalogue/service.ts'
import { createCourseCreation } from './course/creation.ts'
import { createCourseEditing } from './course/editing.ts'
import { createLifecycle } from './course/lifecycle.ts'
import { createCourseReading } from './course/reading.ts'
import { createLessonCreation, type LessonDeps } from './lessons/creation.ts'
import { createLessonEditing } from './lessons/editing.ts'
import { createLessonLifecycle } from './lessons/lifecycle.ts'
import { createLessonOrdering } from './lessons/ordering.ts'
import { createLessonReading } from './lessons/reading.ts'
import { createOutlineAuthoring } from './outline/authoring.ts'
import { createOutlineReading } from './outline/reading.ts'
import { createStaff } from './staff/service.ts'

export type Courses = ReturnType<typeof createCourses>

/** All that can be done with courses; each part is a file of its own. */
export function createCourses(deps: LessonDeps) {
  return {
    ...createCatalogue(deps),
    ...createCourseReading(deps),
    ...createCourseCreation(deps),
    ...createCourseEditing(deps),
    ...createLifecycle(deps),
    ...createStaff(deps),
    ...createOutlineReading(deps),
    ...createOutlineAuthoring(deps),
    ...createLessonReading(deps),
    ...createLessonCreation(deps),
    ...createLessonEditing(deps),
    ...createLessonLifecycle(deps),
    ...createLessonOrdering(deps),
  }
}
