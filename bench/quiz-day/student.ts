import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { QUESTIONS, RIGHT } from './exam.ts'

/** What the server said that it has stored. */
export interface Receipt {
  readonly attemptId: string
  readonly position: number
  readonly sequence: number
  readonly savedAt: string
  readonly digest: string
}

/** What all students of one day met. */
export interface Observations {
  /** Milliseconds of each request that was answered, by what it was. */
  readonly starts: number[]
  readonly saves: number[]
  readonly submissions: number[]
  /** How much later than planned a save was sent, in milliseconds: what the load generator itself adds. */
  readonly lags: number[]
  readonly receipts: Receipt[]
  /** By status; 0: no answer. */
  readonly failures: Map<number, number>
}

export interface DayPlan {
  /** Students begin within this time. */
  readonly startSeconds: number
  /** Each saves an answer every so many seconds. */
  readonly saveSeconds: number
  /** How long each of them works. */
  readonly workSeconds: number
  /** They hand in within this time. */
  readonly submitSeconds: number
}

export interface Candidate {
  readonly origin: string
  readonly token: string
  readonly quizId: string
}

const TIMEOUT_MS = 10_000

/** One student from the start of his attempt to handing it in, on one kept connection as a browser has. */
export async function sitExam({ origin, token, quizId }: Candidate, plan: DayPlan, seen: Observations): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const send = (method: string, path: string, body?: object) => call(agent, origin, token, method, path, body)
  try {
    await delay(Math.random() * plan.startSeconds * 1000)
    const begun = await untilAnswered(() => send('POST', `/quizzes/${quizId}/attempts`), seen, seen.starts)
    const attemptId: string = JSON.parse(begun).id
    const ends = performance.now() + plan.workSeconds * 1000
    let next = performance.now() + Math.random() * plan.saveSeconds * 1000
    for (let sequence = 1; next < ends; sequence++) {
      await delay(Math.max(0, next - performance.now()))
      seen.lags.push(performance.now() - next)
      const position = (sequence % QUESTIONS) + 1
      const body = { sequence, answer: { value: answerOf(sequence) } }
      const path = `/attempts/${attemptId}/answers/${position}`
      const saved = JSON.parse(await untilAnswered(() => send('PUT', path, body), seen, seen.saves))
      if (saved.receipt) seen.receipts.push(saved.receipt)
      next += plan.saveSeconds * 1000
    }
    await delay(Math.random() * plan.submitSeconds * 1000)
    await untilAnswered(() => send('POST', `/attempts/${attemptId}/submit`), seen, seen.submissions)
  } finally {
    agent.destroy()
  }
}

/** Every other round through the questions is answered right. */
export function answerOf(sequence: number): string {
  return Math.floor(sequence / QUESTIONS) % 2 === 0 ? RIGHT : String(sequence)
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** Repeats a request until it is answered with success, as a client does; counts what failed on the way. */
async function untilAnswered(attempt: () => Promise<Answer>, seen: Observations, times: number[]): Promise<string> {
  for (;;) {
    const started = performance.now()
    const { status, text } = await attempt()
    if (status >= 200 && status < 300) {
      times.push(performance.now() - started)
      return text
    }
    seen.failures.set(status, (seen.failures.get(status) ?? 0) + 1)
    // What is refused for good would be repeated for ever.
    if (status >= 400 && status < 500 && status !== 429) throw new Error(`${status}: ${text}`)
    await delay(500)
  }
}

function call(
  agent: Agent,
  origin: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const payload = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve) => {
    const sent = request(
      `${origin}/api/v1${path}`,
      {
        agent,
        method,
        timeout: TIMEOUT_MS,
        headers: {
          authorization: `Bearer ${token}`,
          ...(payload !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(payload),
          }),
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
        response.on('error', () => resolve({ status: 0, text: '' }))
      },
    )
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve({ status: 0, text: '' }))
    sent.end(payload)
  })
}
