// SPDX-License-Identifier: LGPL-2.1-or-later
import Graphbit from 'gi://Graphbit?version=1.0';

const config = Graphbit.LlmConfig.openai();
const client = new Graphbit.LlmClient({config});

print(await client.complete_async('Hello, world!'));
