import type { Authentication } from '#modules/auth/index.ts'
import type { Server } from '#platform/http/server.ts'
import { analysisRoutes } from './analysis/routes.ts'
import { answerRoutes } from './answers/routes.ts'
import { attemptRoutes } from './attempts/routes.ts'
import { gradingRoutes } from './grading/routes.ts'
import { quizAuthoringRoutes } from './quiz/routes.ts'
import { regradingRoutes } from './regrading/routes.ts'
import type { Quizzes } from './service.ts'

export interface QuizRoutesDeps {
  readonly quizzes: Quizzes
  readonly authentication: Authentication
}

export async function quizRoutes(app: Server, { quizzes, authentication }: QuizRoutesDeps): Promise<void> {
  authentication.signedIn(app)
  await app.register(quizAuthoringRoutes, { quizzes })
  await app.register(attemptRoutes, { quizzes })
  await app.register(answerRoutes, { quizzes })
  await app.register(gradingRoutes, { quizzes })
  await app.register(regradingRoutes, { quizzes })
  await app.register(analysisRoutes, { quizzes })
}
