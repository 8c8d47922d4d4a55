import type { Generated } from 'kysely'

export interface FilesDatabase {
  stored_file: {
    id: string
    /** Who uploaded it. */
    owner_id: string
    /** Whose readers may read it; null: the owner's alone. */
    course_id: string | null
    /** Handed in, or feedback: for the owner, the staff of the course and whom a `FileUse` admits; never for lessons. */
    is_confidential: Generated<boolean>
    /** What it is saved as: any script, no path, nothing invisible, an extension that fits the type. */
    name: string
    /** What its first bytes say, one of `mediaTypes`. */
    media_type: string
    size_bytes: number
    /** Hexadecimal, of the content. */
    sha256: string
    /** Where the storage keeps the content. */
    storage_key: string
    created_at: string
    /** From then on nobody sees it, and a job removes the content. */
    deleted_at: string | null
  }
}
