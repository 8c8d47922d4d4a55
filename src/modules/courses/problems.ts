import { defineProblem } from '#platform/problem/problem.ts'

export const courseNotFound = defineProblem<{ course: string }>({
  code: 'courses/not-found',
  status: 404,
  title: 'Course not found',
  advice: 'Check the id or slug. Drafts are shown to their staff only.',
  detail: ({ course }) => `There is no course ${course}.`,
})

export const moduleNotFound = defineProblem<{ moduleId: string }>({
  code: 'courses/module-not-found',
  status: 404,
  title: 'Module not found',
  advice: 'Read the outline of the course for the ids of its modules.',
  detail: ({ moduleId }) => `There is no module ${moduleId}.`,
})

export const lessonNotFound = defineProblem<{ lessonId: string }>({
  code: 'courses/lesson-not-found',
  status: 404,
  title: 'Lesson not found',
  advice: 'Read the outline of the course for the ids of its lessons.',
  detail: ({ lessonId }) => `There is no lesson ${lessonId}.`,
})

export const slugTaken = defineProblem<{ slug: string }>({
  code: 'courses/slug-taken',
  status: 409,
  title: 'Slug already taken',
  advice: 'Send another `slug`; without one it is made from the title.',
  detail: ({ slug }) => `Another course has the slug ${slug}.`,
  extensions: ({ slug }) => ({ slug }),
})

export const courseNotReady = defineProblem<{ missing: readonly string[] }>({
  code: 'courses/not-ready',
  status: 409,
  title: 'Course not ready to be published',
  advice: 'Do what each entry of `missing` says, then publish again.',
  detail: ({ missing }) => `Before it can be published: ${missing.join('; ')}.`,
  extensions: ({ missing }) => ({ missing }),
})

export const wrongStatus = defineProblem<{ status: string; needs: string }>({
  code: 'courses/wrong-status',
  status: 409,
  title: 'Not possible in this status',
  advice: 'Read the resource again: somebody may have done it already.',
  detail: ({ status, needs }) => `It is ${status}; this needs ${needs}.`,
  extensions: ({ status }) => ({ currentStatus: status }),
})

export const enrollmentNeeded = defineProblem<{ courseId: string }>({
  code: 'courses/enrollment-needed',
  status: 403,
  title: 'Enrollment needed',
  advice: 'Enroll in the course `courseId`, or renew an enrollment that has ended.',
  detail: () => 'Only students who are enrolled in the course may read this lesson.',
  extensions: ({ courseId }) => ({ courseId }),
})

export const lessonNotReleased = defineProblem<{ opensAt: string }>({
  code: 'courses/lesson-not-released',
  status: 403,
  title: 'Lesson not open yet',
  advice: 'Come back at `opensAt`.',
  detail: ({ opensAt }) => `This lesson opens at ${opensAt}.`,
  extensions: ({ opensAt }) => ({ opensAt }),
})

export const lessonLocked = defineProblem<{ missingLessonIds: readonly string[] }>({
  code: 'courses/lesson-locked',
  status: 403,
  title: 'Lesson locked',
  advice: 'Complete the lessons named in `missingLessonIds` first.',
  detail: ({ missingLessonIds }) => `${missingLessonIds.length} other lesson(s) must be completed first.`,
  extensions: ({ missingLessonIds }) => ({ missingLessonIds }),
})

export const prerequisiteCycle = defineProblem({
  code: 'courses/prerequisite-cycle',
  status: 409,
  title: 'Prerequisites in a circle',
  advice: 'Leave out the prerequisite that itself requires this one, directly or through others.',
  detail: () => 'Nobody could ever begin: one of the prerequisites requires this itself.',
})

export const capacityTooSmall = defineProblem<{ activeEnrollments: number }>({
  code: 'courses/capacity-too-small',
  status: 409,
  title: 'Capacity below the number of enrollments',
  advice: 'Choose a capacity of at least `activeEnrollments`, or end enrollments first.',
  detail: ({ activeEnrollments }) => `${activeEnrollments} seats are taken.`,
  extensions: ({ activeEnrollments }) => ({ activeEnrollments }),
})

export const courseInUse = defineProblem<{ reason: string }>({
  code: 'courses/in-use',
  status: 409,
  title: 'Course cannot be deleted',
  advice: 'Archive it instead: it leaves the catalogue, and what students did in it stays.',
  detail: ({ reason }) => `The course ${reason}.`,
})
