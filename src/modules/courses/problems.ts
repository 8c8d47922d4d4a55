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

export const moduleNotEmpty = defineProblem<{ lessons: number }>({
  code: 'courses/module-not-empty',
  status: 409,
  title: 'Module not empty',
  advice: 'Move its lessons to another module or delete them first.',
  detail: ({ lessons }) => `The module has ${lessons} lesson(s), archived ones included.`,
  extensions: ({ lessons }) => ({ lessons }),
})

export const orderNotComplete = defineProblem<{ presentIds: readonly string[] }>({
  code: 'courses/order-not-complete',
  status: 409,
  title: 'Not an order of what is there',
  advice: 'Send each id of `presentIds` once, and no other: something was added, moved or deleted in the meantime.',
  detail: () => 'The ids are not those of the present list, each once.',
  extensions: ({ presentIds }) => ({ presentIds }),
})

export const outlineFull = defineProblem<{ limit: number; what: string }>({
  code: 'courses/outline-full',
  status: 409,
  title: 'Outline full',
  advice: 'Delete what is not needed, or split the course.',
  detail: ({ limit, what }) => `A course has at most ${limit} ${what}.`,
  extensions: ({ limit }) => ({ limit }),
})

export const lessonInUse = defineProblem({
  code: 'courses/lesson-in-use',
  status: 409,
  title: 'Lesson cannot be deleted',
  advice: 'Archive it instead: students no longer see it, and what they did in it stays.',
  detail: () => 'Students have begun this lesson, or other records refer to it.',
})
