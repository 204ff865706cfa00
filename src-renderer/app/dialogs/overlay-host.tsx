import { MigrateDialog } from '../../migrate';
import { CareJobDialog, RestoreDialog, RetentionDialog } from '../../store/care';
import { closeOverlay, overlay } from '../overlays';
import { useLive } from '../use-live';
import { AboutDialog } from './about-dialog';
import { ConnectDialog } from './connect-dialog';
import { DroppedDialog } from './dropped-dialog';
import { ExportDialog } from './export-dialog';
import { FilePicker } from './file-picker';
import { JobsDialog } from './jobs-dialog';
import { NotOpenedDialog } from './not-opened-dialog';
import { Palette } from './palette';
import { ShortcutsDialog } from './shortcuts-dialog';
import { SourceDialog } from './source-dialog';

export function OverlayHost() {
  const shown = useLive(overlay);
  if (shown === null) return null;
  switch (shown.kind) {
    case 'palette':
      return <Palette onClose={closeOverlay} only="all" />;
    case 'recent':
      return <Palette onClose={closeOverlay} only="recent" />;
    case 'shortcuts':
      return <ShortcutsDialog onClose={closeOverlay} />;
    case 'about':
      return <AboutDialog onClose={closeOverlay} />;
    case 'jobs':
      return <JobsDialog onClose={closeOverlay} />;
    case 'connect':
      return <ConnectDialog onClose={closeOverlay} />;
    case 'export':
      return <ExportDialog format={shown.format} onClose={closeOverlay} />;
    case 'migrate':
      return (
        <MigrateDialog
          {...(shown.jobId === undefined ? {} : { jobId: shown.jobId })}
          onClose={closeOverlay}
        />
      );
    case 'care-job':
      return <CareJobDialog jobId={shown.jobId} onClose={closeOverlay} />;
    case 'restore':
      return <RestoreDialog backup={shown.backup} onClose={closeOverlay} />;
    case 'retention':
      return <RetentionDialog onClose={closeOverlay} />;
    case 'source':
      return <SourceDialog sourceId={shown.sourceId} onClose={closeOverlay} />;
    case 'not-opened':
      return <NotOpenedDialog result={shown.result} onClose={closeOverlay} />;
    case 'dropped':
      return <DroppedDialog unsure={shown.unsure} onClose={closeOverlay} />;
    case 'pick':
      return <FilePicker key={shown.pick.title} request={shown} />;
  }
}
