/** Paginated lists. */
export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextToken: string | null;
}

/** Reads all pages, up to a number of them. */
export async function allPages<Row>(
  readPage: (nextToken: string | null) => Promise<Page<Row>>,
  maxPages = 10,
): Promise<Row[]> {
  const rows: Row[] = [];
  let nextToken: string | null = null;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page: Page<Row> = await readPage(nextToken);
    rows.push(...page.items);
    nextToken = page.nextToken;
    if (nextToken === null) {
      break;
    }
  }
  return rows;
}
