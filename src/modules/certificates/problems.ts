import { defineProblem } from '#platform/problem/problem.ts'
import type { NumberMistake } from './numbers/number.ts'

const mistakes: Record<NumberMistake, string> = {
  length: 'A number has 16 characters; these are more or fewer.',
  characters: 'A number has only digits and letters, and never a U.',
  check: 'A character is wrong, or two are swapped: the number does not check.',
}

export const numberMistyped = defineProblem<{ mistake: NumberMistake }>({
  code: 'certificates/number-mistyped',
  status: 400,
  title: 'Mistyped certificate number',
  advice:
    'Compare it with the document, character by character. `mistake` says what is wrong: length, characters or check.',
  detail: ({ mistake }) => mistakes[mistake],
  extensions: ({ mistake }) => ({ mistake }),
})

export const certificateNotFound = defineProblem<{ number: string }>({
  code: 'certificates/not-found',
  status: 404,
  title: 'Certificate not found',
  advice: 'The number is well formed, but no certificate has it: ask its holder for the document.',
  detail: ({ number }) => `No certificate has the number ${number}.`,
})

export const certificatesOff = defineProblem({
  code: 'certificates/off',
  status: 409,
  title: 'The course issues no certificates',
  advice: 'Switch them on in the certificate settings of the course.',
  detail: () => 'Certificates are switched off in this course.',
})

export const notCompleted = defineProblem({
  code: 'certificates/not-completed',
  status: 409,
  title: 'Course not completed',
  advice: 'A certificate follows by itself when the last required lesson is complete.',
  detail: () => 'The student has not completed the course.',
})

export const gradeTooLow = defineProblem<{ minimumPercent: string }>({
  code: 'certificates/grade-too-low',
  status: 409,
  title: 'Grade too low',
  advice: 'The final grade must reach `minimumPercent`: grades change in the gradebook, the minimum in the settings.',
  detail: ({ minimumPercent }) => `The final grade of the student is below ${minimumPercent} %.`,
  extensions: ({ minimumPercent }) => ({ minimumPercent }),
})

export const certificateRevoked = defineProblem<{ isReplaced: boolean }>({
  code: 'certificates/revoked',
  status: 409,
  title: 'Certificate revoked',
  advice: 'If it was replaced, take the one in its place: `replacedBy` of the certificate names it.',
  detail: ({ isReplaced }) => (isReplaced ? 'Another certificate was issued in its place.' : 'It was revoked.'),
  extensions: ({ isReplaced }) => ({ isReplaced }),
})

export const notReissuable = defineProblem({
  code: 'certificates/not-reissuable',
  status: 409,
  title: 'Cannot be issued again',
  advice: 'Revoke it if it is wrong; what it was issued for is gone.',
  detail: () => 'The enrollment or the course of this certificate no longer exists.',
})

export const documentNotReady = defineProblem({
  code: 'certificates/document-not-ready',
  status: 409,
  title: 'The document is being made',
  advice: 'Try again after the time in Retry-After (seconds).',
  detail: () => 'The PDF of this certificate is not ready yet.',
  headers: () => ({ 'retry-after': '5' }),
})

export const documentFailed = defineProblem<{ reason: string }>({
  code: 'certificates/document-failed',
  status: 409,
  title: 'The document cannot be made',
  advice: 'Staff: correct what is named, and issue the certificate again. It is valid without a PDF.',
  detail: ({ reason }) => reason,
})

export const documentUnavailable = defineProblem({
  code: 'certificates/document-unavailable',
  status: 503,
  title: 'Document unavailable',
  advice: 'Try again after the time in Retry-After (seconds).',
  detail: () => 'The storage of documents does not answer at the moment.',
  headers: () => ({ 'retry-after': '5' }),
})
