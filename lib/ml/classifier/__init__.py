"""Where a video belongs: dataset, similarity, kernel ridge, prototypes, calibration, active learning, explanation."""
