import { invalidRequest } from '#platform/http/problems.ts'
import type { TypedContent } from './content.ts'

export interface Completion {
  readonly completion_rule: 'mark' | 'time' | 'pass'
  readonly completion_seconds: number | null
}

export interface WantedCompletion {
  readonly completionRule?: 'mark' | 'time'
  readonly completionSeconds?: number
}

const VIDEO_SHARE = 0.8

/**
 * How a lesson is completed: what its author wants, else what its type brings along. Pages, files and links are marked
 * by the student, videos take 80 % of their playing time, quizzes and assignments are passed, whatever is wanted.
 */
export function completionOf(lesson: TypedContent, wanted: WantedCompletion, present?: Completion): Completion {
  const { type, content } = lesson
  if (type === 'quiz' || type === 'assignment') {
    if (wanted.completionRule ?? wanted.completionSeconds) {
      throw refuse('completionRule', `is always “pass” for lessons of the type ${type}; leave it out`)
    }
    return { completion_rule: 'pass', completion_seconds: null }
  }
  const rule = wanted.completionRule ?? present?.completion_rule ?? (type === 'video' ? 'time' : 'mark')
  if (rule !== 'time') {
    if (wanted.completionSeconds) throw refuse('completionSeconds', 'belongs to the completionRule “time” only')
    return { completion_rule: 'mark', completion_seconds: null }
  }
  const longest = type === 'video' ? content.durationSeconds : undefined
  const standard = longest === undefined ? undefined : Math.max(1, Math.round(longest * VIDEO_SHARE))
  const seconds = wanted.completionSeconds ?? present?.completion_seconds ?? standard
  if (seconds === undefined) throw refuse('completionSeconds', 'is required with the completionRule “time”')
  if (longest !== undefined && seconds > longest) {
    throw refuse('completionSeconds', `is more than the playing time of ${longest} seconds`)
  }
  return { completion_rule: 'time', completion_seconds: seconds }
}

/** The same rule for a video of another length: a threshold that nobody chose follows the playing time. */
export function followsDuration(present: Completion, oldDuration: number): boolean {
  return present.completion_seconds === Math.max(1, Math.round(oldDuration * VIDEO_SHARE))
}

function refuse(field: string, message: string) {
  return invalidRequest({ errors: [{ pointer: `/body/${field}`, message }] })
}
