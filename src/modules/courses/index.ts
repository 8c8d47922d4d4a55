export {
  accessCourse,
  type CourseAccess,
  insteadOfCourseNotFound,
  lockCourseFor,
  requireCourseRight,
  type Viewer,
} from './access/access.ts'
export { type CourseRow, lockCourse, selectCourse, selectStaffRole, shareCourse } from './access/queries.ts'
export { type CourseRight, may, type StaffRole, type Standing, standingOf, whoMay } from './access/rights.ts'
export { observeCourses } from './gauges.ts'
export { outlineChanged } from './jobs.ts'
export { type Availability, availabilityOf } from './lessons/availability.ts'
export type { LessonFollower } from './lessons/follower.ts'
export { type JudgedLesson, opennessOf } from './lessons/openness.ts'
export { type LessonRow, selectLesson, selectMissingPrerequisiteIds } from './lessons/queries.ts'
export { courseChangesTotal, coursesStored, publicDocumentsTotal } from './metrics.ts'
export { courseNotFound, enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased } from './problems.ts'
export { createRichText } from './rich-text/rich-text.ts'
export { coursesRoutes } from './routes.ts'
export { searchWordsOf } from './search/queries.ts'
export { sortTitleOf } from './search/words.ts'
export { type Courses, createCourses } from './service.ts'
export type { CoursesDatabase } from './tables.ts'
