# The book, built from its data and served: docker build -t ceg-book . && docker run --rm -p 8000:8000 ceg-book
FROM python:3.11-slim-bookworm
WORKDIR /book
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY . ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e . \
 && jupyter-book build .
EXPOSE 8000
USER 65534
CMD ["python", "-m", "http.server", "8000", "--directory", "_build/html"]
