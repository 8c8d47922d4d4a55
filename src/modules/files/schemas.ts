import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { PageQuery } from '#platform/http/pagination.ts'
import { mediaKinds } from './media/media-types.ts'

export const File = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String({ description: 'What it is saved as; the extension fits the type.' }),
    mediaType: Type.String({ description: 'By its content.' }),
    kind: Type.Unsafe<(typeof mediaKinds)[number]>({ type: 'string', enum: mediaKinds }),
    sizeBytes: Type.Integer(),
    sha256: Type.String({ description: 'Of the content, hexadecimal.' }),
    courseId: nullable(
      Type.String({ format: 'uuid', description: 'Whose staff and students may read it; null: its owner alone.' }),
    ),
    ownerId: Type.String({ format: 'uuid', description: 'Who uploaded it.' }),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'File' },
)
export type File = Static<typeof File>

export const FileParams = Type.Object({ fileId: Type.String({ format: 'uuid' }) })
export const LinkParams = Type.Object({ token: Type.String({ pattern: '^[\\w-]{1,200}$' }) })
export const MyFilesQuery = Type.Object({ ...PageQuery.properties })
export type MyFilesQuery = Static<typeof MyFilesQuery>

/** Documents the form; it is read part by part and never as a whole. */
export const UploadForm = Type.Object(
  {
    courseId: Type.Optional(
      Type.String({ format: 'uuid', description: 'Of a course that I may edit. Must stand before `file`.' }),
    ),
    file: Type.String({ format: 'binary', description: 'The content, with a file name.' }),
  },
  { additionalProperties: false },
)

export const DownloadLink = Type.Object(
  {
    url: Type.String({ format: 'uri', description: 'Works without an access token, in a `<video>` for example.' }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'DownloadLink' },
)
export type DownloadLink = Static<typeof DownloadLink>
