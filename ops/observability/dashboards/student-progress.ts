import {
  heartbeatsTotal,
  learningSecondsTotal,
  lessonRefusalsTotal,
  lessonsCompletedTotal,
  studentsActive,
} from '#modules/progress/metrics.ts'
import { increase, max, per, rate, sum, times, value } from '../promql/index.ts'
import { assessment } from './assessment.ts'
import { type Dashboard, here, type Row } from './panel.ts'

const students: Row = {
  title: 'Students',
  panels: [
    {
      title: 'Active students over time',
      description: 'Students who learnt today, in the last seven and in the last 30 days.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [{ expr: max(value(studentsActive, here), ['days']), legend: 'last {{days}} days' }],
    },
    {
      title: 'Lessons completed',
      description: 'Lessons completed in each hour, by the rule that completed them.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(lessonsCompletedTotal, '1h', here), ['rule']), legend: '{{rule}}' }],
    },
    {
      title: 'Lessons completed per student',
      description: 'Lessons completed in seven days by each student who was active in them, on average.',
      kind: 'lines',
      unit: 'none',
      width: 12,
      queries: [
        {
          expr: per(
            sum(increase(lessonsCompletedTotal, '7d', here)),
            sum(max(value(studentsActive, { ...here, days: '7' }))),
          ),
          legend: 'lessons',
        },
      ],
    },
    {
      title: 'Lessons that could not be completed',
      description: 'In each hour, by what was missing.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(lessonRefusalsTotal, '1h', here), ['reason']), legend: '{{reason}}' }],
    },
  ],
}

const time: Row = {
  title: 'Time',
  panels: [
    {
      title: 'Time spent learning',
      description: 'Hours that all students together spent in lessons in each day, as measured by heartbeats.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [{ expr: sum(increase(learningSecondsTotal, '1d', here)), legend: 'time' }],
    },
    {
      title: 'Students learning at a time',
      description: 'Seconds of learning in each second: how many students are in a lesson right now.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      queries: [{ expr: sum(rate(learningSecondsTotal, '$__rate_interval', here)), legend: 'students' }],
    },
    {
      title: 'Heartbeats of open lessons',
      description: 'Signals of open lessons in each minute; none at all in the daytime points at the front end.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [
        { expr: times(sum(rate(heartbeatsTotal, '$__rate_interval', here), ['outcome']), 60), legend: '{{outcome}}' },
      ],
    },
  ],
}

export const studentProgress: Dashboard = {
  uid: 'lms-student-progress',
  title: 'LMS Student Progress',
  description: 'How much students learn, and where they get stuck; sums only, nobody by name.',
  rows: [students, time, assessment],
}
