import { courseCompletionPercent, popularCourses } from '#modules/analytics/metrics.ts'
import { courseChangesTotal, coursesStored, publicDocumentsTotal } from '#modules/courses/metrics.ts'
import {
  enrollmentRefusalsTotal,
  enrollmentsActive,
  enrollmentsEndedTotal,
  enrollmentsTotal,
} from '#modules/enrollments/metrics.ts'
import { courseCompletionsTotal, courseProgressAverage } from '#modules/progress/metrics.ts'
import { reviewsTotal } from '#modules/reviews/metrics.ts'
import { increase, max, ratio, sum, times, topk, value } from '../promql/index.ts'
import { certificates } from './assessment.ts'
import { type Dashboard, here, type Row } from './panel.ts'

const now: Row = {
  title: 'Now',
  panels: [
    {
      title: 'Active enrollments',
      description: 'Enrollments that are active, from the database.',
      kind: 'number',
      unit: 'short',
      width: 6,
      queries: [{ expr: max(value(enrollmentsActive, here)), legend: 'active' }],
    },
    {
      title: 'Published courses',
      description: 'Courses that students can find.',
      kind: 'number',
      unit: 'short',
      width: 6,
      queries: [{ expr: max(value(coursesStored, { ...here, status: 'published' })), legend: 'published' }],
    },
    {
      title: 'Course completion rate',
      description: 'Enrollments whose course was completed, of all enrollments.',
      kind: 'number',
      unit: 'percent',
      width: 6,
      queries: [{ expr: max(value(courseCompletionPercent, here)), legend: 'completed' }],
    },
    {
      title: 'Average course progress',
      description: 'Average progress of all enrollments, those that ended included.',
      kind: 'number',
      unit: 'percent',
      width: 6,
      queries: [{ expr: max(value(courseProgressAverage, here)), legend: 'progress' }],
    },
  ],
}

const enrolling: Row = {
  title: 'Enrollment',
  panels: [
    {
      title: 'Enrollment trends',
      description: 'Enrollments begun in each day, by who asked for them.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(enrollmentsTotal, '1d', here), ['source']), legend: '{{source}}' }],
    },
    {
      title: 'Enrollments that ended',
      description: 'In each day, by how: students who left, were removed, or whose time was over.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(enrollmentsEndedTotal, '1d', here), ['reason']), legend: '{{reason}}' }],
    },
    {
      title: 'Refused enrollments',
      description: 'Students who could not enroll in each day, by reason: “full” asks for more seats.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(enrollmentRefusalsTotal, '1d', here), ['reason']), legend: '{{reason}}' }],
    },
    {
      title: 'Popular courses',
      description: 'The ten published courses with most active enrollments, by slug.',
      kind: 'ranking',
      unit: 'short',
      width: 12,
      queries: [{ expr: topk(10, max(value(popularCourses, here), ['course'])), legend: '{{course}}' }],
    },
  ],
}

const learning: Row = {
  title: 'Completion',
  panels: [
    {
      title: 'Courses completed',
      description: 'Completions in each day.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [{ expr: sum(increase(courseCompletionsTotal, '1d', here)), legend: 'completed' }],
    },
    {
      title: 'Progress and completion over time',
      description: 'Average progress, and the share of enrollments that were completed.',
      kind: 'lines',
      unit: 'percent',
      width: 8,
      queries: [
        { expr: max(value(courseProgressAverage, here)), legend: 'progress' },
        { expr: max(value(courseCompletionPercent, here)), legend: 'completed' },
      ],
    },
    {
      title: 'Reviews',
      description: 'Average stars of the reviews written in each week.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      queries: [{ expr: averageStars(), legend: 'stars' }],
    },
    {
      title: 'Changes of courses',
      description: 'Courses created, published, archived and deleted in each day.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(courseChangesTotal, '1d', here), ['change']), legend: '{{change}}' }],
    },
    {
      title: 'Catalogue from memory',
      description: 'Public documents sent, kept ones and such as had to be made from the database.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(increase(publicDocumentsTotal, '$__rate_interval', here), ['source']), legend: '{{source}}' },
      ],
    },
  ],
}

function averageStars() {
  const written = (stars: '1' | '2' | '3' | '4' | '5') => sum(increase(reviewsTotal, '7d', { ...here, stars }))
  const weighted = (['2', '3', '4', '5'] as const).reduce(
    (total, stars) => ({
      text: `${total.text} + ${times(written(stars), Number(stars)).text}`,
      metrics: total.metrics,
    }),
    written('1'),
  )
  return ratio(weighted, sum(increase(reviewsTotal, '7d', here)))
}

export const coursePerformance: Dashboard = {
  uid: 'lms-course-performance',
  title: 'LMS Course Performance',
  description: 'How courses are taken up and completed; for those who run the programme.',
  rows: [now, enrolling, learning, certificates],
}
