import { app } from '@azure/functions';
import { azure, setting } from './access';
import { activate, eligibilities } from './activations';
import { approvals } from './approvals';
import { nightly } from './nightly';

app.timer('nightly', { schedule: '0 0 3 * * *', handler: nightly(azure, () => setting('REPORT_FOLDER')) });
app.http('eligibilities', { methods: ['GET'], authLevel: 'anonymous', route: 'eligibilities', handler: eligibilities(azure) });
app.http('activate', { methods: ['POST'], authLevel: 'anonymous', route: 'activations', handler: activate(azure) });
app.http('approvals', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'approvals/{id}',
  handler: approvals(azure, () => setting('FORM_SECRET')),
});
