/* Jacobian of Broyden's tridiagonal function, zeros included. */
#include <string.h>
static void f(const double *x, double *out) {
    memset(out, 0, sizeof(double) * N * N);
    for (int i = 0; i < N; i++) {
        out[N * i + i] = 3 - 4 * x[i];
        if (i > 0) out[N * i + i - 1] = -1;
        if (i < N - 1) out[N * i + i + 1] = -2;
    }
}
