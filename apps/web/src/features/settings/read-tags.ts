import { isTag, MAX_TAGS } from '@silt/domain';

export interface TypedTags {
  /** In the order typed, each once. */
  tags: string[];
  /** What is typed and no tag; null = all is right. */
  wrong: string | null;
  tooMany: boolean;
}

/** Tags as people type them: with commas or spaces between. */
export function readTags(text: string): TypedTags {
  const tags = [...new Set(text.split(/[\s,，、]+/).filter((part) => part !== ''))];
  return { tags, wrong: tags.find((tag) => !isTag(tag)) ?? null, tooMany: tags.length > MAX_TAGS };
}
