#!/bin/sh
exec demo
