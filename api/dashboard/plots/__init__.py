"""Plots, drawn here as SVG: numbers in, text out."""
