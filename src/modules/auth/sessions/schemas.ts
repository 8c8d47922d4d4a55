import { type Static, Type } from 'typebox'

export const Tokens = Type.Object(
  {
    accessToken: Type.String({ description: 'JWT for the Authorization header.' }),
    refreshToken: Type.String({ description: 'Works once; the answer brings its successor.' }),
    tokenType: Type.Literal('Bearer'),
    expiresIn: Type.Integer({ description: 'Life of the access token in seconds.' }),
  },
  { $id: 'Tokens' },
)
export type Tokens = Static<typeof Tokens>

export const RefreshBody = Type.Object(
  { refreshToken: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)

export const Session = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    createdAt: Type.String({ format: 'date-time' }),
    lastUsedAt: Type.String({ format: 'date-time', description: 'When its tokens were last refreshed.' }),
    expiresAt: Type.String({ format: 'date-time', description: 'Unless it is used before.' }),
    network: Type.String({ description: 'Where it began: an IPv4 address, or the /64 of an IPv6 address.' }),
    userAgent: Type.String({ description: 'What the client said it was.' }),
    isCurrent: Type.Boolean({ description: 'The session of this very request.' }),
  },
  { $id: 'Session' },
)
export type Session = Static<typeof Session>

export const SessionParams = Type.Object({ sessionId: Type.String({ format: 'uuid' }) })
