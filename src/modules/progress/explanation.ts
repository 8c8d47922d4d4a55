import type { CourseProgress, LessonNeed, LessonProgress } from './schemas.ts'

const NAMED = 3

/** What a required lesson that is not complete waits for, as data and in words. */
export function needOf(lesson: LessonProgress): LessonNeed {
  return {
    lessonId: lesson.lessonId,
    title: lesson.title,
    needs: lesson.completionRule,
    secondsMissing: lesson.secondsMissing,
    lock: lesson.lock,
    text: `“${lesson.title}” ${whatItNeeds(lesson)}`,
  }
}

function whatItNeeds({ lock, completionRule, secondsMissing }: LessonProgress): string {
  if (lock?.opensAt) return `opens at ${lock.opensAt}`
  if (lock) return `waits for ${enumerate(lock.missing.map(({ title }) => `“${title}”`))}`
  if (completionRule === 'pass') return 'needs a pass'
  if (completionRule === 'time') return `needs ${inWords(secondsMissing ?? 0)} more`
  return 'is not marked as done'
}

type Explained = Pick<
  CourseProgress,
  'percent' | 'completedLessons' | 'requiredLessons' | 'completedAt' | 'remaining' | 'status'
>

/** Why the percentage is what it is: `66 % (2 of 3 required lessons): “Essay” needs a pass.` */
export function explain(progress: Explained): string {
  const sentences = [progress.completedAt ? afterCompletion(progress) : beforeCompletion(progress)]
  if (progress.status === 'expired') sentences.push('The time of the enrollment has passed, so nothing is added.')
  if (progress.status === 'withdrawn') sentences.push('The student has left the course, so nothing is added.')
  return sentences.join(' ')
}

function beforeCompletion({ percent, completedLessons, requiredLessons, remaining }: Explained): string {
  if (requiredLessons === 0) return '0 %: the course has no required lessons yet.'
  const counts = `${percent} % (${completedLessons} of ${lessons(requiredLessons, 'required ')})`
  if (remaining.length === 0) return `${counts}: all that is required is complete.`
  const named = remaining.slice(0, NAMED).map(({ text }) => text)
  const more = remaining.length - named.length
  return `${counts}: ${[...named, ...(more > 0 ? [`${lessons(more, 'more ')} to go`] : [])].join('; ')}.`
}

function afterCompletion({ completedAt, remaining }: Explained): string {
  const done = `100 %: completed at ${completedAt}.`
  if (remaining.length === 0) return done
  const titles = remaining.slice(0, NAMED).map(({ title }) => `“${title}”`)
  const more = remaining.length - titles.length
  const named = enumerate([...titles, ...(more > 0 ? [lessons(more, 'more ')] : [])])
  return `${done} Required only since then, and taking nothing back: ${named}.`
}

function lessons(count: number, adjective: string): string {
  return `${count} ${adjective}lesson${count === 1 ? '' : 's'}`
}

function enumerate(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** `45 s`, `3 min`, `2 min 5 s`. */
function inWords(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  return [minutes > 0 ? `${minutes} min` : '', rest > 0 || minutes === 0 ? `${rest} s` : ''].filter(Boolean).join(' ')
}
