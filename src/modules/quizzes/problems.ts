import { defineProblem } from '#platform/problem/problem.ts'

export const quizNotFound = defineProblem<{ quizId: string }>({
  code: 'quizzes/not-found',
  status: 404,
  title: 'Quiz not found',
  advice: 'Read `GET /lessons/{lessonId}/quiz` for the quiz of a lesson. Unpublished lessons are open to staff only.',
  detail: ({ quizId }) => `There is no quiz ${quizId} that you may see.`,
})

export const lessonWithoutQuiz = defineProblem<{ lessonId: string }>({
  code: 'quizzes/lesson-without-quiz',
  status: 404,
  title: 'Lesson without a quiz',
  advice: 'The staff of the course make one with `POST /lessons/{lessonId}/quiz`.',
  detail: ({ lessonId }) => `The lesson ${lessonId} has no quiz.`,
})

export const noQuizLesson = defineProblem<{ type: string }>({
  code: 'quizzes/no-quiz-lesson',
  status: 409,
  title: 'Not a quiz lesson',
  advice: 'Make a lesson of type `quiz` for it.',
  detail: ({ type }) => `A quiz belongs to a lesson of type quiz; this one is of type ${type}.`,
})

export const quizExists = defineProblem<{ lessonId: string }>({
  code: 'quizzes/exists',
  status: 409,
  title: 'The lesson has its quiz',
  advice: 'Read it with `GET /lessons/{lessonId}/quiz` and change it.',
  detail: () => 'A lesson has one quiz, and this one has it already.',
  extensions: ({ lessonId }) => ({ lessonId }),
})

export const quizInUse = defineProblem<{ attempts: number }>({
  code: 'quizzes/in-use',
  status: 409,
  title: 'Quiz cannot be deleted',
  advice: 'Archive its lesson instead: students no longer see it, and their attempts stay.',
  detail: ({ attempts }) => `${attempts} attempt(s) were made.`,
  extensions: ({ attempts }) => ({ attempts }),
})

export const quizEmpty = defineProblem({
  code: 'quizzes/empty',
  status: 409,
  title: 'Quiz without questions',
  advice: 'Ask the staff of the course: the quiz has no questions yet, or its bank is empty.',
  detail: () => 'There is nothing to answer in this quiz yet.',
})

export const enrollmentMissing = defineProblem({
  code: 'quizzes/enrollment-missing',
  status: 403,
  title: 'Only for students of the course',
  advice: 'Enroll in the course first. Its staff read questions in their banks.',
  detail: () => 'Only students who are enrolled in the course make attempts at its quizzes.',
})

export const quizNotOpen = defineProblem<{ opensAt: string }>({
  code: 'quizzes/not-open',
  status: 403,
  title: 'Quiz not open yet',
  advice: 'Come back at `opensAt`.',
  detail: ({ opensAt }) => `This quiz opens at ${opensAt}.`,
  extensions: ({ opensAt }) => ({ opensAt }),
})

export const quizClosed = defineProblem<{ closedAt: string }>({
  code: 'quizzes/closed',
  status: 403,
  title: 'Quiz closed',
  advice: 'Ask the staff of the course, who can grant a later date.',
  detail: ({ closedAt }) => `No attempt can begin any more: this quiz closed at ${closedAt}.`,
  extensions: ({ closedAt }) => ({ closedAt }),
})

export const noAttemptLeft = defineProblem<{ allowed: number }>({
  code: 'quizzes/no-attempt-left',
  status: 409,
  title: 'No attempt left',
  advice: 'Ask the staff of the course, who can grant an extra attempt.',
  detail: ({ allowed }) => `All ${allowed} attempt(s) at this quiz have been made.`,
  extensions: ({ allowed }) => ({ attemptsAllowed: allowed }),
})

export const attemptNotFound = defineProblem<{ attemptId: string }>({
  code: 'quizzes/attempt-not-found',
  status: 404,
  title: 'Attempt not found',
  advice: 'Check the id; `GET /quizzes/{quizId}/my-attempts` lists your own.',
  detail: ({ attemptId }) => `There is no attempt ${attemptId} that you may see.`,
})

export const questionNotInAttempt = defineProblem<{ position: number }>({
  code: 'quizzes/no-such-position',
  status: 404,
  title: 'No question at this position',
  advice: 'Read the attempt: each of its questions has a `position`, counted from 1.',
  detail: ({ position }) => `The attempt has no question ${position}.`,
})

export const attemptSubmitted = defineProblem<{ submittedAt: string | null }>({
  code: 'quizzes/attempt-submitted',
  status: 409,
  title: 'Attempt already handed in',
  advice: 'Nothing is added to it. What was acknowledged before is in it; the journal of the attempt shows each save.',
  detail: ({ submittedAt }) => `This attempt was handed in${submittedAt ? ` at ${submittedAt}` : ''}.`,
  extensions: ({ submittedAt }) => ({ submittedAt }),
})

export const timeOver = defineProblem<{ deadline: string | null; acceptedUntil: string | null }>({
  code: 'quizzes/time-over',
  status: 409,
  title: 'The time is over',
  advice: 'The attempt is handed in with all that was acknowledged before. Read it again for its result.',
  detail: ({ deadline, acceptedUntil }) =>
    `The time was over at ${deadline}, and answers on their way were accepted until ${acceptedUntil}.`,
  extensions: ({ deadline, acceptedUntil }) => ({ deadline, acceptedUntil }),
})

export const sequenceReused = defineProblem<{ sequence: number }>({
  code: 'quizzes/sequence-reused',
  status: 409,
  title: 'Sequence number used for another answer',
  advice: 'Save it again with a higher `sequence` than the attempt has: read it, and count on from `lastSequence`.',
  detail: ({ sequence }) => `Sequence ${sequence} was used for a different answer to this question.`,
  extensions: ({ sequence }) => ({ sequence }),
})

export const attemptOpen = defineProblem({
  code: 'quizzes/attempt-open',
  status: 409,
  title: 'Attempt still open',
  advice: 'Hand it in first, or wait for its deadline.',
  detail: () => 'This is there once the attempt was handed in.',
})

export const otherAttemptOpen = defineProblem<{ attemptId: string }>({
  code: 'quizzes/other-attempt-open',
  status: 409,
  title: 'Another attempt is open',
  advice: 'Wait until the open attempt `attemptId` was handed in.',
  detail: () => 'The student has another attempt at this quiz open, and can have one only.',
  extensions: ({ attemptId }) => ({ attemptId }),
})

export const ownAttempt = defineProblem({
  code: 'quizzes/own-attempt',
  status: 403,
  title: 'Own attempt',
  advice: 'Ask another grader of the course.',
  detail: () => 'Nobody grades his own attempt.',
})

export const questionNotAsked = defineProblem<{ questionId: string }>({
  code: 'quizzes/question-not-asked',
  status: 404,
  title: 'Question not asked in this quiz',
  advice: 'Read the item analysis of the quiz for the questions that were asked in it.',
  detail: ({ questionId }) => `No attempt at this quiz was asked the question ${questionId}.`,
})

export const gradedByHand = defineProblem({
  code: 'quizzes/graded-by-hand',
  status: 409,
  title: 'Graded by hand',
  advice: 'Grade its answers one by one; each can be graded again at any time.',
  detail: () => 'Answers to this question are graded by people, not by a key.',
})

export const regradeNotFound = defineProblem<{ regradeId: string }>({
  code: 'quizzes/regrade-not-found',
  status: 404,
  title: 'Regrade not found',
  advice: 'List the regrades of the quiz.',
  detail: ({ regradeId }) => `There is no regrade ${regradeId} that you may see.`,
})
