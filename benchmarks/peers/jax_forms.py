"""JAX: array code where the task has it, loops by `scan`, compiled by XLA for one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from benchmarks.arrays import array_function, seff
from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes

jax.config.update("jax_enable_x64", True)


def arrays(task: Task) -> Built:
    """The form that JAX likes best."""
    if task.wanted == "grid":
        pairs = jax.vmap(jax.value_and_grad(lambda u, v: seff(jnp, u, v), argnums=(0, 1)))
        return _jitted(pairs, *(np.array(axis) for axis in axes(task.n)))
    if task.wanted == "jacobian":
        return _jitted(jax.jacfwd(_broyden), np.array(task.point))
    function = array_function(task, jnp, jnp.array) or (_scanned(task) if task.program == "e" else task.over(jnp))
    return _jitted(_derivative(task, function), np.array(task.point))


def unrolled(task: Task) -> Built:
    """The scalar program, traced operation by operation."""
    if task.wanted != "gradient":
        raise UnsuitableError("arrays are what is asked for")
    return _jitted(_derivative(task, task.over(jnp)), np.array(task.point))


def _derivative(task: Task, function: Callable[[Any], Any]) -> Callable[..., Any]:
    found: Callable[..., Any] = jax.hessian(function) if task.wanted == "hessian" else jax.value_and_grad(function)
    return found


def _scanned(task: Task) -> Callable[[Any], Any]:
    def turn(y: Any, _: None) -> tuple[Any, None]:
        return 3 * y * (1 - y), None

    return lambda x: jax.lax.scan(turn, x[0], None, length=task.n)[0]


def _broyden(x: Any) -> Any:
    before, after = jnp.concatenate([jnp.zeros(1), x[:-1]]), jnp.concatenate([x[1:], jnp.zeros(1)])
    return (3 - 2 * x) * x + 1 - before - 2 * after


def _jitted(function: Callable[..., Any], *given: Any) -> Built:
    compiled = jax.jit(function)
    return Built(lambda: jax.block_until_ready(compiled(*given)), lambda found: flat(*jax.tree.leaves(found)))
