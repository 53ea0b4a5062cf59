#!/bin/sh
exec demo
