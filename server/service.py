"""What the routes share: the settings and the two pools, with one life."""

from __future__ import annotations

import asyncio

from adcore.limits import Limits
from server.settings import Settings
from server.workers import NUMERIC, SYMBOLIC, Pool


class Service:
    """The pools, started and stopped together. SymPy runs in `symbolic` alone, so it never delays the numbers."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine: Limits = settings.engine
        self.numeric = Pool(NUMERIC, settings)
        self.symbolic = Pool(SYMBOLIC, settings)
        self.live = 0
        self.ready = False

    async def start(self) -> None:
        """Bring up every worker before the first request."""
        await self.numeric.start()
        await self.symbolic.start()
        self.ready = True

    async def stop(self) -> None:
        """End all work."""
        self.ready = False
        await asyncio.gather(self.numeric.stop(), self.symbolic.stop())
