/** Mappings that the user made: kept for their schemas in the data folder, and as files of their own. */

export { loadMapping, saveMapping } from './mapping-file';
export { openMappingMemory } from './mapping-memory';
