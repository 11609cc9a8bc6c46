/* Hessian of Rosenbrock's valley, zeros included. */
#include <string.h>
static void f(const double *x, double *out) {
    memset(out, 0, sizeof(double) * N * N);
    for (int i = 0; i < N; i++) {
        out[N * i + i] = (i > 0 ? 200 : 0) + (i < N - 1 ? 1200 * x[i] * x[i] - 400 * x[i + 1] + 2 : 0);
        if (i < N - 1) out[N * i + i + 1] = out[N * (i + 1) + i] = -400 * x[i];
    }
}
