import { counter, type Metrics } from '#platform/metrics/metrics.ts'
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
import { courseChangesTotal } from './metrics.ts'
import { createOutlineAuthoring } from './outline/authoring.ts'
import { createOutlineReading } from './outline/reading.ts'
import { createPublicDocuments } from './public-documents/public-documents.ts'
import { createRichText } from './rich-text/rich-text.ts'
import { createStaff } from './staff/service.ts'

export type Courses = ReturnType<typeof createCourses>

/** All that can be done with courses; each part is a file of its own. */
export function createCourses(
  given: Omit<LessonDeps, 'documents' | 'richText' | 'countChange'> & { metrics: Metrics },
) {
  const deps: LessonDeps = {
    ...given,
    documents: createPublicDocuments(given),
    richText: createRichText(),
    countChange: counter(given.metrics, courseChangesTotal),
  }
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
