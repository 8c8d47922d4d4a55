import { defineCounter, defineGauge } from '#platform/metrics/metrics.ts'

const modes = ['practice', 'graded'] as const

export const attemptsStartedTotal = defineCounter({
  name: 'lms_quiz_attempts_started_total',
  help: 'Attempts at quizzes that students began.',
  labels: { mode: modes },
})

export const attemptsSubmittedTotal = defineCounter({
  name: 'lms_quiz_attempts_submitted_total',
  help: 'Attempts handed in, by the student or, at the deadline, by the system.',
  labels: { mode: modes, by: ['student', 'deadline'] },
})

export const attemptsGradedTotal = defineCounter({
  name: 'lms_quiz_attempts_graded_total',
  help: 'Attempts that were graded completely, by whether they reach the passing score.',
  labels: { mode: modes, outcome: ['passed', 'failed'] },
})

export const answersSavedTotal = defineCounter({
  name: 'lms_quiz_answers_saved_total',
  help: 'Answers saved and acknowledged, those of the grace after the deadline apart.',
  labels: { timing: ['in-time', 'grace'] },
})

export const saveFailureReasons = ['submitted', 'time-over', 'invalid', 'sequence-reused', 'fault'] as const

export const answerSaveFailuresTotal = defineCounter({
  name: 'lms_quiz_answer_save_failures_total',
  help: 'Answers that were not saved: the attempt was handed in, its time was over, the answer did not fit, or a fault of ours.',
  labels: { reason: saveFailureReasons },
})

export const answersSupersededTotal = defineCounter({
  name: 'lms_quiz_answers_superseded_total',
  help: 'Saves that arrived after a newer answer to the same question, and changed nothing.',
  labels: {},
})

export const attemptsOpen = defineGauge({
  name: 'lms_quiz_attempts_open',
  help: 'Attempts that are going on. The same in every process.',
  labels: {},
})

export const attemptsAwaitingGrading = defineGauge({
  name: 'lms_quiz_attempts_awaiting_grading',
  help: 'Attempts handed in that a person must grade. The same in every process.',
  labels: {},
})

export const gradingOldestSeconds = defineGauge({
  name: 'lms_quiz_grading_oldest_seconds',
  help: 'How long the oldest of them has waited; 0: none waits. The same in every process.',
  labels: {},
})

export const sweepLagSeconds = defineGauge({
  name: 'lms_quiz_sweep_lag_seconds',
  help: 'How long the attempt that should have been submitted first is overdue; 0: none is. The same in every process.',
  labels: {},
})
