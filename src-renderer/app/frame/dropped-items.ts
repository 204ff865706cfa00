import type { DroppedItem } from '../../../src-main/contract';

const mostFilesLookedAt = 10;

/** What a page is told of what is dropped on it. Call it in the event: the drop is empty afterwards. */
export async function droppedItems(transfer: DataTransfer): Promise<DroppedItem[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  return Promise.all(entries.filter((entry) => entry !== null).map(itemOf));
}

async function itemOf(entry: FileSystemEntry): Promise<DroppedItem> {
  if (isFile(entry)) return { kind: 'file', ...(await fileOf(entry)) };
  // A browser gives a hundred at a time; they tell one folder from another.
  const children = isFolder(entry) ? await childrenOf(entry) : [];
  const files = children.filter(isFile).slice(0, mostFilesLookedAt);
  return {
    kind: 'folder',
    name: entry.name,
    names: children.map(({ name }) => name),
    files: await Promise.all(files.map(fileOf)),
  };
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => folder.createReader().readEntries(resolve, reject));
}

async function fileOf(entry: FileSystemFileEntry) {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return { name: file.name, bytes: file.size, modifiedMs: file.lastModified };
}
