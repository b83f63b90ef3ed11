# SPDX-License-Identifier: LGPL-2.1-or-later
import asyncio
import os
from graphbit import LlmConfig, LlmClient

config = LlmConfig.openai(os.getenv("OPENAI_API_KEY"))
client = LlmClient(config)


async def main():
    print(await client.complete_async("Hello, async world!"))
    stream_result = await client.complete_stream("Stream this!")   # one object: await → the text, async for → the pieces
    print(stream_result)
    async for piece in client.stream("Stream this!"): print(piece, end="")
asyncio.run(main())
